"""The recipes of the documentation, on their real programs: each brings its service back, or touches nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oob.inventory.device import ConsolePath, Expect, InventoryDevice
from oob.inventory.home import Home
from oob.recovery.api import recover
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder.recipe import load
from oob.recovery.ladder.steps import plain
from oob.recovery.record.outcome import Outcome
from oob.secret.credentials import Credentials

RECIPES = Path(__file__).parents[2] / "docs" / "recipes"
LIMIT = 30.0
CarryOut = Callable[..., Outcome]


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


@pytest.fixture
def carry_out(tmp_path: Path) -> CarryOut:
    """Return what carries the recipe of a name out in a shell of this machine, *without* the step that says so."""

    def act(recipe: str, *, shell: object = "exec:///bin/sh?arg=-i", without: str = "", **values: object) -> Outcome:
        steps = plain(load(RECIPES / f"{recipe}.yaml", {name: str(value) for name, value in values.items()}))
        steps = tuple(step for step in steps if not without or without not in str(step["about"]))
        entry = InventoryDevice(
            name="web1", platform="linux", paths=(ConsolePath(url=str(shell), name="shell"),), expect=Expect()
        )
        means = Collaborators(home=Home(tmp_path / "home"), secrets=Credentials(), operator="ada")
        return recover(entry, means, RunOptions(steps=steps, reopen=10.0))

    return act


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, which a program of the machine brings about."""
    limit = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


def sh(command: str) -> str:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout.strip()


def free_port() -> int:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def test_every_recipe_says_what_it_is_for_and_begins_by_looking() -> None:
    for path in sorted(RECIPES.glob("*.yaml")):
        text = path.read_text()
        values = {
            line.split(":")[0].strip(): "1"
            for line in text.partition("values:\n")[2].partition("steps:")[0].splitlines()
        }
        steps = load(path, values)
        assert text.startswith("about: "), path.name
        assert steps[0].reads, path.name
        has_no_undo = {step.about for step in steps if not step.reads and not step.undo}
        assert has_no_undo <= {"apply exactly this plan"}, path.name


# --- releases and artifacts


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    app = tmp_path / "app"
    for version in ("41", "42"):
        (app / "releases" / version).mkdir(parents=True)
        (app / "releases" / version / "VERSION").write_text(f"{version}\n")
        sh(f"cd {app}/releases/{version} && sha256sum VERSION > SHA256SUMS")
    (app / "current").symlink_to("releases/42")
    return app


def test_a_release_is_pointed_back_to(carry_out: CarryOut, releases: Path) -> None:
    assert carry_out("release", app=releases, good=41, bad=42).exit_code == 0
    assert os.readlink(releases / "current") == "releases/41"


@pytest.mark.parametrize("lie", ["another release is current", "the good release is damaged"])
def test_a_release_is_left_alone_where_it_is_not_the_one_that_is_meant(
    carry_out: CarryOut, releases: Path, lie: str
) -> None:
    if lie == "the good release is damaged":
        (releases / "releases" / "41" / "VERSION").write_text("41 or so\n")
    bad = 43 if lie == "another release is current" else 42
    assert carry_out("release", app=releases, good=41, bad=bad).exit_code == 1
    assert os.readlink(releases / "current") == "releases/42"

    guard = "the current release is the change's" if bad == 43 else "the release before is whole"
    carry_out("release", without=guard, app=releases, good=41, bad=bad)  # which alone has stopped it
    assert bad == 42 or os.readlink(releases / "current") == "releases/41"


def packed(folder: Path, name: str = "./VERSION") -> Path:
    (folder / "build").mkdir()
    (folder / "build" / "VERSION").write_text("41\n")
    artifact = folder / "app-41.tar"
    sh(f"tar -P -cf {artifact} -C {folder}/build {name}")
    sh(f"cd {folder} && sha256sum {artifact} > {artifact}.sha256")
    (folder / "app").mkdir()
    (folder / "app" / "VERSION").write_text("42\n")
    return artifact


def test_an_artifact_takes_the_place_of_the_broken_release(carry_out: CarryOut, tmp_path: Path) -> None:
    artifact = packed(tmp_path)
    assert carry_out("artifact", place=tmp_path / "app", artifact=artifact, good=41, bad=42).exit_code == 0
    assert (tmp_path / "app" / "VERSION").read_text() == "41\n"
    assert (tmp_path / "app.broken" / "VERSION").read_text() == "42\n"


def test_only_the_version_that_runs_keeps_an_artifact_from_another_place(carry_out: CarryOut, tmp_path: Path) -> None:
    values = {"place": tmp_path / "app", "artifact": packed(tmp_path), "good": 41, "bad": 43}
    assert carry_out("artifact", **values).exit_code == 1
    assert (tmp_path / "app" / "VERSION").read_text() == "42\n"

    assert carry_out("artifact", without="what runs now is what the change put there", **values).exit_code == 0
    assert (tmp_path / "app" / "VERSION").read_text() == "41\n"


def test_an_artifact_that_is_not_as_built_is_not_unpacked(carry_out: CarryOut, tmp_path: Path) -> None:
    artifact = packed(tmp_path)
    with artifact.open("ab") as file:
        file.write(b"more")
    assert carry_out("artifact", place=tmp_path / "app", artifact=artifact, good=41, bad=42).exit_code == 1
    assert (tmp_path / "app" / "VERSION").read_text() == "42\n"
    assert not (tmp_path / "app.new").exists()


# --- nginx


@pytest.fixture
def web(tmp_path: Path) -> Iterator[dict[str, object]]:
    """Run nginx with a site that refuses everybody; a good copy of its configuration lies beside it."""
    port = free_port()
    site = "server {{ listen 127.0.0.1:{port}; location / {{ return {code}; }} }}\n"
    main, file, kept = tmp_path / "nginx.conf", tmp_path / "site.conf", tmp_path / "site.good"
    file.write_text(site.format(port=port, code=503))
    kept.write_text(site.format(port=port, code=200))
    main.write_text(
        f"pid {tmp_path}/nginx.pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {tmp_path}/body; include {file}; }}\n"
    )
    sh(f"nginx -c {main}")
    yield {"main": main, "file": file, "kept": kept, "url": f"http://127.0.0.1:{port}/"}
    sh(f"nginx -c {main} -s stop")


def answer(url: object) -> str:
    return sh(f"curl -s -o /dev/null -w '%{{http_code}}' {url}")


@needs("nginx", "curl")
def test_nginx_gets_its_configuration_back(carry_out: CarryOut, web: dict[str, object]) -> None:
    outcome = carry_out("nginx", **web)
    assert outcome.exit_code == 0, outcome.attempts[-1].failure
    assert answer(web["url"]) == "200"


@needs("nginx", "curl")
def test_a_configuration_that_nginx_refuses_is_taken_out_again(carry_out: CarryOut, web: dict[str, object]) -> None:
    Path(str(web["kept"])).write_text("server { listen; }\n")
    outcome = carry_out("nginx", **web)
    assert outcome.exit_code == 1
    assert "[emerg]" in outcome.attempts[-1].failure
    assert answer(web["url"]) == "503"
    assert "503" in Path(str(web["file"])).read_text()


@needs("nginx", "curl")
def test_a_file_that_this_nginx_does_not_read_is_left_alone(
    carry_out: CarryOut, web: dict[str, object], tmp_path: Path
) -> None:
    other = tmp_path / "other.conf"
    other.write_text("of another site\n")
    assert carry_out("nginx", **(web | {"file": other})).exit_code == 1
    assert other.read_text() == "of another site\n"


# --- HAProxy


@pytest.fixture
def balancer(tmp_path: Path) -> Iterator[Path]:
    """Run HAProxy with two servers that are up, of which green has the traffic; return its socket."""
    with contextlib.ExitStack() as stack:
        ports = [stack.enter_context(contextlib.closing(socket.create_server(("127.0.0.1", 0)))) for _ in "bg"]
        blue, green = (one.getsockname()[1] for one in ports)
        config, admin = tmp_path / "haproxy.cfg", tmp_path / "admin.sock"
        config.write_text(
            f"global\n stats socket {admin} level admin\ndefaults\n mode tcp\n timeout connect 1s\n timeout client 5s\n"
            f" timeout server 5s\nfrontend in\n bind 127.0.0.1:{free_port()}\n default_backend web\nbackend web\n"
            f" server blue 127.0.0.1:{blue} weight 100 check\n server green 127.0.0.1:{green} weight 100 check\n"
        )
        process = stack.enter_context(subprocess.Popen(["haproxy", "-f", str(config)], stderr=subprocess.DEVNULL))
        stack.callback(process.kill)
        until(lambda: admin.exists() and weight(admin, "green").startswith("100"))
        asked(admin, "set server web/blue weight 0%")
        yield admin


def asked(admin: Path, command: str) -> str:
    return sh(f"echo '{command}' | socat stdio {admin}")


def weight(admin: Path, server: str) -> str:
    return asked(admin, f"get weight web/{server}")


@needs("haproxy", "socat")
def test_the_traffic_of_a_backend_goes_back_to_the_servers_before(carry_out: CarryOut, balancer: Path) -> None:
    outcome = carry_out("haproxy", socket=balancer, backend="web", good="blue", bad="green")
    assert outcome.exit_code == 0, outcome.attempts[-1].failure
    assert (weight(balancer, "blue"), weight(balancer, "green")) == ("100 (initial 100)", "0 (initial 100)")


@needs("haproxy", "socat")
@pytest.mark.parametrize("lie", [{"backend": "shop"}, {"good": "red"}, {"good": "green", "bad": "blue"}])
def test_a_backend_that_is_not_the_one_that_is_meant_is_left_alone(
    carry_out: CarryOut, balancer: Path, lie: dict[str, str]
) -> None:
    values = {"backend": "web", "good": "blue", "bad": "green"} | lie
    assert carry_out("haproxy", socket=balancer, **values).exit_code == 1
    assert (weight(balancer, "blue"), weight(balancer, "green")) == ("0 (initial 100)", "100 (initial 100)")


# --- PostgreSQL

PG = ("PGHOST", "PGPORT", "PGUSER")
SHELL_WITH = "exec:///usr/bin/env?"
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
needs_postgres = pytest.mark.skipif(not POSTGRES or os.getuid() != 0, reason="not installed, or not root: postgresql")


@pytest.fixture(scope="module")
def database() -> Iterator[Path]:
    """Run PostgreSQL with a streaming replica, both on loopback; return a folder that it may write to."""
    programs = POSTGRES[-1].parent
    ports = free_port(), free_port()
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        # Not among pytest's own folders, which only root may enter.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oob-postgres-")))
        sh(f"chmod 755 {folder}; chown postgres {folder}")
        settings = f"-c unix_socket_directories={folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        for name, value in zip(PG, ("127.0.0.1", str(ports[0]), "postgres"), strict=True):
            patch.setenv(name, value)
        make = f"{programs}/initdb -D {folder}/main -A trust", f"{programs}/pg_basebackup -R -D {folder}/replica"
        for name, made, port in zip(("main", "replica"), make, ports, strict=True):
            as_postgres = f"cd {folder} && runuser -u postgres -- "
            sh(f"{as_postgres}{made}")
            start = f"{programs}/pg_ctl -w -D {folder}/{name} -l {folder}/{name}.log -o '{settings} -p {port}' start"
            sh(f"{as_postgres}{start}")
            stack.callback(sh, f"{as_postgres}{programs}/pg_ctl -D {folder}/{name} -m immediate stop")
        yield folder


def sql(text: str, name: str = "orders") -> str:
    return sh(f'psql -XAtq -v ON_ERROR_STOP=1 -d {name} -c "{text}"')


@pytest.fixture
def orders(database: Path) -> dict[str, object]:
    """Make a database whose table has lost rows since it was dumped."""
    sql("drop database if exists orders with (force)", "postgres")
    sql("create database orders", "postgres")
    sql("create table parts as select n from generate_series(1, 1000) n")
    dump = database / "parts.dump"
    sh(f"rm -f {database}/*.kept {dump}; pg_dump -Fc -d orders -t public.parts -f {dump}")
    sql("delete from parts where n > 700")
    return {
        "database": "orders",
        "cluster": sql("select system_identifier from pg_control_system()"),
        "table": "public.parts",
        "broken": 700,
        "dump": dump,
        "rows": 1000,
        "kept": database / "parts.kept",
        "replicas": 1,
        "shell": SHELL_WITH + "&".join(f"arg={name}={os.environ[name]}" for name in PG) + "&arg=/bin/sh&arg=-i",
    }


@needs_postgres
def test_a_table_is_restored_from_its_dump_and_the_replica_follows(
    carry_out: CarryOut, orders: dict[str, object]
) -> None:
    outcome = carry_out("postgresql-restore", **orders)
    assert outcome.exit_code == 0, outcome.attempts[-1].failure
    assert sql("select count(*) from parts") == "1000"
    assert sh(f"pg_restore --data-only -f - {orders['kept']} | grep -cx '[0-9][0-9]*'") == "700"


@needs_postgres
def test_a_restored_table_without_all_its_rows_is_put_back_as_it_was(
    carry_out: CarryOut, orders: dict[str, object]
) -> None:
    outcome = carry_out("postgresql-restore", **(orders | {"rows": 1001}))
    assert outcome.exit_code == 1
    assert "undone: step 6, restore it, whole or not at all" in outcome.left
    assert sql("select count(*) from parts") == "700"


@needs_postgres
@pytest.mark.parametrize(
    "lie",
    [{"cluster": 1}, {"broken": 701}, {"database": "postgres"}, {"table": "public.nothing"}, {"dump": "/etc/hostname"}],
)
def test_a_database_that_is_not_the_one_that_is_meant_is_left_alone(
    carry_out: CarryOut, orders: dict[str, object], lie: dict[str, object]
) -> None:
    assert carry_out("postgresql-restore", **(orders | lie)).exit_code == 1
    assert sql("select count(*) from parts") == "700"


@needs_postgres
def test_only_the_look_at_the_broken_table_keeps_a_restore_from_another_database(
    carry_out: CarryOut, orders: dict[str, object]
) -> None:
    sql("drop database if exists staging with (force)", "postgres")
    sql("create database staging template orders", "postgres")
    sql("delete from parts where n > 600", "staging")
    wrong = orders | {"database": "staging"}

    stopped = carry_out("postgresql-restore", **wrong)
    assert (stopped.exit_code, stopped.attempts[-1].title) == (1, "it is the table that the change broke")
    assert sql("select count(*) from parts", "staging") == "600"

    assert carry_out("postgresql-restore", without="it is the table that the change broke", **wrong).exit_code == 0
    assert sql("select count(*) from parts", "staging") == "1000"


@needs_postgres
def test_only_the_identity_of_the_cluster_keeps_a_restore_from_another_cluster(
    carry_out: CarryOut, orders: dict[str, object]
) -> None:
    wrong = orders | {"cluster": 7300000000000000001}

    stopped = carry_out("postgresql-restore", **wrong)
    assert (stopped.exit_code, stopped.attempts[-1].title[:38]) == (1, "it is this database of this cluster, a")
    assert sql("select count(*) from parts") == "700"

    assert carry_out("postgresql-restore", without="it is this database of this cluster", **wrong).exit_code == 0


@needs_postgres
def test_a_locked_table_is_seen_before_anything_is_done(carry_out: CarryOut, orders: dict[str, object]) -> None:
    with contextlib.ExitStack() as stack:
        holder = subprocess.Popen(["psql", "-XAtq", "-d", "orders"], stdin=subprocess.PIPE, text=True)
        stack.enter_context(holder)
        stack.callback(holder.kill)
        assert holder.stdin is not None
        holder.stdin.write("begin; lock table parts;\n")
        holder.stdin.flush()
        until(lambda: sql("select count(*) from pg_locks where relation = 'parts'::regclass") != "0")
        outcome = carry_out("postgresql-restore", **orders)
    assert outcome.exit_code == 1
    assert [attempt.title for attempt in outcome.attempts][-1] == "no session holds a lock on the table"


@pytest.fixture
def migration(orders: dict[str, object], database: Path) -> dict[str, object]:
    """Migrate the database to version 8, which adds a column."""
    up, down = database / "8.up.sql", database / "8.down.sql"
    up.write_text("alter table parts add column colour text; insert into schema_migrations values (8);\n")
    down.write_text("alter table parts drop column colour; delete from schema_migrations where version = 8;\n")
    sql("create table schema_migrations (version int); insert into schema_migrations values (7)")
    sh(f"psql -Xq -d orders -f {up}")
    same = {name: orders[name] for name in ("database", "cluster", "shell")}
    return {**same, "good": 7, "bad": 8, "down": down, "up": up}


@needs_postgres
def test_a_migration_is_reverted_by_its_own_script(carry_out: CarryOut, migration: dict[str, object]) -> None:
    outcome = carry_out("postgresql-migration", **migration)
    assert outcome.exit_code == 0, outcome.attempts[-1].failure
    assert sql("select max(version) from schema_migrations") == "7"
    assert sql("select count(*) from information_schema.columns where column_name = 'colour'") == "0"


@needs_postgres
def test_a_script_that_fails_half_way_leaves_the_database_as_it_was(
    carry_out: CarryOut, migration: dict[str, object]
) -> None:
    Path(str(migration["down"])).write_text("alter table parts drop column colour; select 1 / 0;\n")
    outcome = carry_out("postgresql-migration", **migration)
    assert outcome.exit_code == 1
    assert "ERROR:" in outcome.attempts[-1].failure
    assert sql("select count(*) from information_schema.columns where column_name = 'colour'") == "1"


@needs_postgres
def test_a_migration_of_another_version_is_left_alone(carry_out: CarryOut, migration: dict[str, object]) -> None:
    for lie, step in (({"bad": 9}, "it is at the migration's version"), ({"cluster": 1}, "it is this database of")):
        stopped = carry_out("postgresql-migration", **(migration | lie))
        assert stopped.exit_code == 1
        assert stopped.attempts[-1].title.startswith(step)
        assert sql("select max(version) from schema_migrations") == "8"
    assert carry_out("postgresql-migration", without="migration's version", **(migration | {"bad": 9})).exit_code == 0


# --- systemd


@pytest.fixture
def units(tmp_path: Path) -> Iterator[dict[str, object]]:
    """Run systemd over units of its own, in namespaces of its own; return the values of the recipe and its shell."""
    folder = tmp_path / "units"
    folder.mkdir()
    unit = "[Unit]\nDefaultDependencies=no\n[Service]\nRestart=on-failure\nExecStart={}\n"
    (folder / "web.service").write_text(unit.format("/bin/false"))
    kept = tmp_path / "kept" / "web.service"
    kept.parent.mkdir()
    kept.write_text(unit.format("/bin/sleep 1000"))
    (folder / "lab.target").write_text("[Unit]\nDefaultDependencies=no\n")
    begin = tmp_path / "begin"
    begin.write_text(
        f"mount -t tmpfs none /run && exec env SYSTEMD_UNIT_PATH={folder} container=lab "
        "/lib/systemd/systemd --system --unit=lab.target --show-status=false\n"
    )
    command = ["unshare", "--pid", "--fork", "--mount-proc", "--mount", "--ipc", "--kill-child", "sh", str(begin)]
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        stack.callback(process.kill)
        child = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(lambda: bool(child.read_text().split()))
        first = child.read_text().split()[0]
        enter = f"nsenter -t {first} -m -p -i"
        until(
            lambda: (
                not subprocess.run(
                    ["sh", "-c", f"{enter} systemctl is-active lab.target"], capture_output=True
                ).returncode
            )
        )
        shell = "exec:///usr/bin/nsenter?" + "&".join(f"arg={word}" for word in (*enter.split()[1:], "/bin/sh", "-i"))
        yield {"unit": "web.service", "file": folder / "web.service", "kept": kept, "shell": shell, "enter": enter}


needs_systemd = pytest.mark.skipif(
    os.getuid() != 0 or not Path("/lib/systemd/systemd").exists(), reason="not installed, or not root: systemd"
)


@needs_systemd
def test_a_unit_is_put_back_and_stays_up(carry_out: CarryOut, units: dict[str, object]) -> None:
    enter = units.pop("enter")
    outcome = carry_out("systemd", **units)
    assert outcome.exit_code == 0, outcome.attempts[-1].failure
    assert sh(f"{enter} systemctl is-active web") == "active"


@needs_systemd
def test_a_unit_file_that_systemd_reads_elsewhere_is_left_alone(
    carry_out: CarryOut, units: dict[str, object], tmp_path: Path
) -> None:
    units.pop("enter")
    other = tmp_path / "web.service"
    other.write_text("another\n")
    assert carry_out("systemd", **(units | {"file": other})).exit_code == 1
    assert other.read_text() == "another\n"


# --- programs of a cloud, whose answers were recorded, and Terraform itself where it is installed

KUBECTL = """#!/bin/sh
cd {folder}
case "$*" in
"--context prod config view --minify"*) echo https://192.0.2.10:6443 ;;
"--context prod -n shop get deployment web -o"*revision*) echo "registry/web:42 $(cat revision)" ;;
"--context prod -n staging get deployment web -o"*revision*) echo "registry/web:43-rc1 $(cat revision)" ;;
"--context prod -n "*" get deployment web -o"*replicas*) echo "3 3" ;;
"--context prod -n "*" rollout history deployment/web --revision=41")
  printf 'deployment.apps/web with revision #41\\nPod Template:\\n  Labels:\\tapp=web\\n' ;;
"--context prod -n "*" rollout undo deployment/web --to-revision="*) echo "${{*##*=}}" >revision
  echo "deployment.apps/web rolled back" ;;
"--context prod -n "*" rollout status deployment/web --timeout=120s")
  echo 'Waiting for deployment "web" rollout to finish: 1 of 3 updated replicas are available...'
  cat status ;;
*) echo 'Error from server (NotFound): deployments.apps "web" not found' >&2; exit 1 ;;
esac
"""
ROLLED_OUT = 'deployment "web" successfully rolled out\n'
TIMED_OUT = "error: timed out waiting for the condition\n"
ROLLOUT = {
    **{"context": "prod", "server": "https://192.0.2.10:6443", "namespace": "shop", "deployment": "web"},
    **{"image": "registry/web:42", "good": 41, "bad": 42},
}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a kubectl in the way that answers as a recorded cluster; return the folder with its state."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kubectl").write_text(KUBECTL.format(folder=tmp_path))
    (programs / "kubectl").chmod(0o755)
    (tmp_path / "revision").write_text("42\n")
    (tmp_path / "status").write_text(ROLLED_OUT)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path


def test_a_rollout_is_undone(carry_out: CarryOut, cluster: Path) -> None:
    assert carry_out("kubernetes", **ROLLOUT).exit_code == 0
    assert (cluster / "revision").read_text() == "41\n"


def test_a_rollout_that_does_not_come_up_is_put_back_as_it_was(carry_out: CarryOut, cluster: Path) -> None:
    (cluster / "status").write_text(TIMED_OUT)
    assert carry_out("kubernetes", **ROLLOUT).exit_code == 1
    assert (cluster / "revision").read_text() == "42\n"


@pytest.mark.parametrize("lie", [{"context": "test"}, {"namespace": "store"}, {"good": 40}])
def test_another_cluster_namespace_or_revision_is_left_alone(
    carry_out: CarryOut, cluster: Path, lie: dict[str, object]
) -> None:
    assert carry_out("kubernetes", **(ROLLOUT | lie)).exit_code == 1
    assert (cluster / "revision").read_text() == "42\n"


@pytest.mark.parametrize(
    ("lie", "guard"),
    [
        ({"server": "https://192.0.2.20:6443"}, "the context leads to this cluster"),
        ({"namespace": "staging"}, "the deployment in this namespace runs the change's image"),
        ({"bad": 43}, "the deployment in this namespace runs the change's image"),
        ({"image": "registry/web:4"}, "the deployment in this namespace runs the change's image"),
    ],
)
def test_only_the_identity_keeps_an_undo_from_another_cluster_namespace_revision_or_image(
    carry_out: CarryOut, cluster: Path, lie: dict[str, object], guard: str
) -> None:
    stopped = carry_out("kubernetes", **(ROLLOUT | lie))
    assert stopped.exit_code == 1
    assert stopped.attempts[-1].title.startswith(guard)
    assert (cluster / "revision").read_text() == "42\n"

    assert carry_out("kubernetes", without=guard, **(ROLLOUT | lie)).exit_code == 0
    assert (cluster / "revision").read_text() == "41\n"


@pytest.fixture
def infrastructure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Apply a change with Terraform, and check the configuration before it out again."""
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    main = tmp_path / "main.tf"
    for release in ("42", "41"):
        main.write_text(f'resource "terraform_data" "web" {{\n  input = "{release}"\n}}\n')
        if release == "42":
            sh(f"cd {tmp_path} && terraform init -input=false && terraform apply -auto-approve -input=false")
    return tmp_path


def applied(folder: Path) -> str:
    return sh(f"terraform -chdir={folder} state show -no-color terraform_data.web | grep -c '\"41\"' || true")


@needs("terraform")
def test_infrastructure_is_as_configured_before_the_change(carry_out: CarryOut, infrastructure: Path) -> None:
    outcome = carry_out("terraform", folder=infrastructure, workspace="default", serial=1)
    assert outcome.exit_code == 0, outcome.attempts[-1].failure
    assert applied(infrastructure) == "2"


@needs("terraform")
@pytest.mark.parametrize("lie", [{"workspace": "prod"}, {"serial": 7}])
def test_another_workspace_or_state_is_left_alone(
    carry_out: CarryOut, infrastructure: Path, lie: dict[str, object]
) -> None:
    values = {"folder": infrastructure, "workspace": "default", "serial": 1} | lie
    assert carry_out("terraform", **values).exit_code == 1
    assert applied(infrastructure) == "0"

    guard = "it is this workspace" if "workspace" in lie else "the state is the change's"
    assert carry_out("terraform", without=guard, **values).exit_code == 0  # it alone has stopped it
    assert applied(infrastructure) == "2"
