"""Every file that a person writes, and every option, with values of wrong types: one sentence, never Python's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pyrage
import pytest
import yaml
from pydantic import TypeAdapter

from oob.backup.folder import write
from oob.cli.home_files import faults
from oob.cli.main import COMMANDS, oob_command
from oob.cli.options import Amount, Duration
from oob.errors import OobError, ProfileError
from oob.inventory.home import Home
from oob.profile import store as profiles
from oob.profile.model import Phrases, Profile
from oob.recovery.ladder.document import render
from tests.backup.conftest import READING
from tests.cli.conftest import Oob, Said
from tests.cli.mistyped import PYTHONIC, mistyped

SOME = 7  # of so many faults one is tried, where a document is long
HERE = Path(__file__).parents[1]
INVENTORIES = HERE / "data" / "inventories"
DOCUMENTED = {int(code) for code in re.findall(r"^\| (\d+) \|", (HERE.parent / "docs/index.md").read_text(), re.M)} - {
    70
}

EDGE1: dict[str, Any] = {
    "hostname": "edge1",
    "platform": "cisco_ios",
    "groups": ["core"],
    "data": {
        "oob": {
            "paths": [{"url": "tcp://127.0.0.1:1", "name": "a", "byte_budget": 1000, "carrier": "lte"}],
            "expect": {"hostname": "edge1", "serial": "1"},
            "critical_prefixes": [{"prefix": "10.0.0.0/8", "vrf": "a"}],
            "critical_addresses": ["10.0.0.1"],
            "ignore_routes": [{"prefix": "10.0.0.0/8"}],
            "authorised": ["ada"],
            "contacts": ["ops"],
            "hosts": {"taken": "2026-01-01", "names": {"a": "10.0.0.1"}},
        }
    },
}
GROUP = {"platform": "cisco_ios", "data": {"oob": {"contacts": ["x"]}}}
POLICY = {
    "persons": "two",
    "groups": {"core": "one"},
    "devices": {"edge1": "two"},
    "seconds": {"eva": "x"},
    "minutes": 3,
    "emergency": True,
    "neighbour_down": "keep",
}
MEASURED = {
    "availability": 50,
    "error_rate_since": "2026-01-01T00:00:00Z",
    "lost": True,
    "forward": 4,
    "confidence": 50,
}
STEP = {
    "about": "look",
    "run": "true",
    "expect": "^$",
    "refuse": ["x"],
    "timeout": 3,
    "shows": "a",
    "shown": "b",
    "undo": "c",
    "undone": "d",
}
SECRETS = {
    "default": {"username": "ops", "password": "x", "expires": "2027-01-01"},
    "groups": {"core": {"enable": "x"}},
    "devices": {"edge1": {"server_username": "c"}},
}
TOPOLOGY = {
    "routers": [
        {
            "name": "r1",
            "platform": "cisco_ios",
            "baud": 9600,
            "cables": {"GigabitEthernet1": "a"},
            "ports": [{"kind": "telnet", "round_trip_ms": 1.0, "number": 0}],
        }
    ],
    "hosts": [{"name": "h", "link": "a", "address": "10.0.0.1/24"}],
}
LATEST = ("--to", "latest", "--baseline", "latest")


def _yaml(document: object) -> bytes:
    return yaml.safe_dump(document).encode()


def _json(document: object) -> bytes:
    return json.dumps(document).encode()


def _age(document: object) -> bytes:
    identity = pyrage.x25519.Identity.from_str(AGE_IDENTITY)
    return pyrage.encrypt(_yaml(document), [identity.to_public()])


AGE_IDENTITY = str(pyrage.x25519.Identity.generate())


@dataclass(frozen=True, kw_only=True)
class Fed:
    """A file below the home, and the commands that read it; *named* is what an error about it calls it by."""

    file: str
    document: Any
    commands: tuple[tuple[str, ...], ...]
    dump: Callable[[object], bytes] = _yaml
    named: str = ""
    alone: bool = field(default=False)


def _imported(tool: str, name: str, dump: Callable[[object], bytes] = _yaml) -> Fed:
    file = INVENTORIES / tool.replace("-", "_") / name
    return Fed(
        file=f"given/{file.name}",
        document=yaml.safe_load(file.read_text()),
        commands=(("inventory", "import", tool, f"given/{file.name}"),),
        dump=dump,
        named=file.name,
        alone=True,
    )


FED = {
    "hosts": Fed(
        file="inventory/hosts.yaml",
        document={"edge1": EDGE1},
        commands=(("inventory", "check"), ("inventory", "show", "edge1")),
        named="hosts.yaml",
    ),
    "groups": Fed(
        file="inventory/groups.yaml", document={"core": GROUP}, commands=(("inventory", "check"),), named="s.yaml"
    ),
    "defaults": Fed(file="inventory/defaults.yaml", document=GROUP, commands=(("inventory", "check"),), named="s.yaml"),
    "policy": Fed(
        file="policy.yaml",
        document=POLICY,
        commands=(("plan", "edge1", *LATEST, "-o", "given/plan.yaml"),),
        named="policy.yaml",
    ),
    "thresholds": Fed(
        file="thresholds.yaml",
        document={"critical": {"availability_below": 80.0, "availability_minutes": 3}, "patience_minutes": 10},
        commands=(("decide", "--availability", "50"),),
        named="thresholds.yaml",
    ),
    "measured": Fed(
        file="given/m.json",
        document=MEASURED,
        commands=(("decide", "--measured", "given/m.json"),),
        dump=_json,
        named="m.json",
    ),
    "map": Fed(
        file="given/map.yaml",
        document={"availability": ["alerts.0.value"], "availability_since": "alerts.0.startsAt"},
        commands=(("decide", "--measured", "given/alert.json", "--map", "given/map.yaml"),),
    ),
    "alert": Fed(
        file="given/alert.json",
        document={"alerts": [{"value": 50, "startsAt": "2026-01-01T00:00:00Z"}]},
        commands=(("decide", "--measured", "given/alert.json", "--map", "alertmanager"),),
        dump=_json,
    ),
    "recipe": Fed(
        file="given/recipe.yaml",
        document={"about": "x", "values": {"unit": "the service"}, "steps": [STEP]},
        commands=(
            (*("plan", "tcp://127.0.0.1:9", "--platform", "linux"), "--steps", "given/recipe.yaml", "--set", "unit=a"),
        ),
        named="recipe.yaml",
    ),
    "notify": Fed(file="notify.yaml", document={"room": "file:///absent/x"}, commands=(("doctor",),), named=""),
    "programs": Fed(
        file="programs.yaml",
        document=["/usr/bin/virsh console"],
        commands=(("inventory", "check"), ("probe", "edge1")),
        named="programs.yaml",
    ),
    "topology": Fed(
        file="given/lab.yaml",
        document=TOPOLOGY,
        commands=(("lab", "up", "--topology", "given/lab.yaml"),),
        named="lab.yaml",
    ),
    "steps": Fed(
        file="given/steps.yaml",
        document={"steps": [STEP]},
        commands=(("plan", "tcp://127.0.0.1:9", "--platform", "linux", "--steps", "given/steps.yaml"),),
        named="steps.yaml",
    ),
    "secrets": Fed(file="secrets.age", document=SECRETS, commands=(("secrets", "check"),), dump=_age, named="secrets"),
    "routes": Fed(
        file="given/routes.json",
        document={"routes": [{"vrf": "default", "prefix": "10.0.0.0/8", "protocol": "ospf", "next_hops": []}]},
        commands=(("routes", "diff", "given/routes.json", "given/routes.json"),),
        dump=_json,
        named="routes.json",
    ),
    "netbox": _imported("netbox", "devices.json", _json),
    "ansible": _imported("ansible", "list.json", _json),
    "containerlab": _imported("containerlab", "site.clab.yml"),
    "consolepi": _imported("consolepi", "ConsolePi.yaml"),
    "oob-lab": _imported("oob-lab", "lab.json", _json),
}

# The other files that a person writes into a home: `oob doctor` reads them all as the commands do that use them.
OWN_FILES: dict[str, Any] = {
    "policy.yaml": POLICY,
    "thresholds.yaml": {"critical": {"availability_below": 80.0}, "patience_minutes": 10},
    "figures.yaml": {
        "urls": ["http://127.0.0.1:9"],
        "queries": {"availability": "up"},
        "minutes": 15,
        "timeout": 1.0,
    },
    "ready.yaml": {
        "path_days": 7,
        "paths": 2,
        "metered_days": 3,
        "baseline_days": 30,
        "baseline_limit_days": 365,
        "drill_days": 100,
        "secret_days": 14,
        "accepted": ["no drill"],
    },
    "fleet.yaml": {
        "jobs": 4,
        "server": 2,
        "carrier": 1,
        "servers": {"192.0.2.1": 2},
        "carriers": {"lte": {"at_once": 1, "bytes": 1000}},
    },
    "places.yaml": {"stick": "folder:/absent"},
    "web.yaml": {"tokens": {"eva": {"sha256": "0" * 64, "role": "viewer"}}},
    "checks.yaml": {
        "all": [{"run": "show version", "expect": "x"}],
        "edge1": [{"query": "up", "least": 1.0, "most": 2}],
    },
    "records.yaml": {
        "desk": {
            "url": "http://127.0.0.1:9",
            "template": {"a": "{text}", "b": [1]},
            "headers": {"X": "y"},
            "method": "POST",
        }
    },
    "notify.yaml": {"room": "file:///absent/x"},
    "programs.yaml": ["/usr/bin/virsh console"],
}


@pytest.fixture
def known(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a home with a device, its backup and an age identity; a lab is checked and not started."""
    for folder in ("inventory", "given"):
        (home / folder).mkdir(parents=True)
    (home / "inventory" / "hosts.yaml").write_bytes(_yaml({"edge1": EDGE1}))
    (home / "inventory" / "groups.yaml").write_bytes(_yaml({"core": GROUP}))
    (home / "identity").write_text(AGE_IDENTITY)
    write(home / "backups", READING)
    monkeypatch.setenv("OOB_IDENTITY", str(home / "identity"))
    for starts in ("oob.lab.control.lab_up", "oob.drill.run.drill"):
        monkeypatch.setattr(starts, _not_started)
    monkeypatch.chdir(home)
    return home


def _not_started(*_: object, **__: object) -> None:
    raise OobError("not started in a test: lab.yaml is well")


@pytest.mark.parametrize("name", FED)
def test_a_value_of_a_wrong_type_is_one_sentence_with_its_file(oob: Oob, known: Path, name: str) -> None:
    fed = FED[name]
    wrong: dict[str, str] = {}
    for what, document in mistyped(fed.document):
        if fed.alone:
            (known / "inventory" / "hosts.yaml").unlink(missing_ok=True)
        (known / fed.file).write_bytes(fed.dump(document))
        for words in fed.commands:
            if fault := _fault(oob(*words), fed.named if document else ""):
                wrong[what] = fault
    assert wrong == {}


@pytest.mark.parametrize("name", OWN_FILES)
def test_a_file_of_the_home_with_a_wrong_type_is_one_sentence_with_its_name(home: Path, name: str) -> None:
    home.mkdir()
    wrong = {}
    for what, document in mistyped(OWN_FILES[name]):
        (home / name).write_bytes(_yaml(document))
        ((_, fault),) = faults(Home(home))
        if PYTHONIC.search(fault) or "\n" in fault or (fault and name not in fault):
            wrong[what] = fault
    (home / name).write_bytes(_yaml("no such thing"))
    assert next(iter(faults(Home(home))))[1], "text in place of a mapping or list is refused"
    assert wrong == {}


def test_doctor_names_each_file_of_the_home_that_cannot_be_used(oob: Oob, known: Path) -> None:
    for name in OWN_FILES:
        (known / name).write_text("no such thing\n")

    said = oob("doctor")

    assert said.code == 1
    failed = [line.split()[1] for line in said.out.splitlines() if line.startswith("FAIL")]
    assert sorted(failed) == sorted(OWN_FILES)


def _fault(said: Said, named: str) -> str:
    """Return what is wrong with an answer: its code, its words, its length, or that the file is not named."""
    told = [line for line in said.err.splitlines() if line.startswith(("oob: ", "Error: "))]
    if said.code not in DOCUMENTED:
        return f"exit code {said.code}: {said.err[-300:]}"
    if found := PYTHONIC.search(said.err + said.out):
        return f"{found[0]!r}: {said.err[-300:]}"
    if said.code not in (0, 1) and (len(told) != 1 or named not in said.err):
        return f"not one sentence about {named}: {said.err[-300:]!r}"
    return ""


def _options() -> Iterator[tuple[tuple[str, ...], click.Option]]:
    """Give every option of the program that takes a value which can be wrong by itself."""
    with oob_command.make_context("oob", ["ports"]) as context:
        for name in COMMANDS:
            command = oob_command.get_command(context, name)
            assert command is not None
            for words, each in [((name,), command), *_children(name, command)]:
                for option in each.params:
                    if isinstance(option, click.Option) and not option.is_flag and not isinstance(each, click.Group):
                        yield words, option


def _is_refused(option: click.Option, value: str) -> bool:
    try:
        option.type.convert(value, option, None)
    except click.BadParameter:
        return True
    return False


def _children(name: str, command: click.Command) -> list[tuple[tuple[str, ...], click.Command]]:
    return [((name, child), each) for child, each in getattr(command, "commands", {}).items()]


def _arguments(words: tuple[str, ...]) -> list[str]:
    """Return as many arguments as the command has to have."""
    given = {"backup import": ["ansible", "."], "inventory import": ["netbox", "absent"], "completion": ["bash"]}
    fallback = ["edge1"] if words[0] not in ("runs", "ports", "drill", "decide") else []
    return given.get(" ".join(words), fallback)


def test_no_option_takes_a_number_that_is_none_or_has_no_end_or_sign() -> None:
    wrong = ["nan", "inf", "-inf", "-7", "1e300", "no such thing"]
    numbers = [(words, option) for words, option in _options() if _is_number(option)]
    taken = [
        (*words, option.opts[0], value)
        for words, option in numbers
        for value in wrong
        if not _is_refused(option, value)
    ]
    assert len(numbers) > 40
    assert taken == []


def _is_number(option: click.Option) -> bool:
    return isinstance(option.type, Amount | Duration | click.types.IntParamType | click.types.FloatParamType)


def test_an_option_of_a_wrong_type_is_one_sentence_that_names_it(oob: Oob, known: Path) -> None:
    wrong: dict[str, str] = {}
    for words, option in _options():
        if isinstance(option.type, click.types.StringParamType):
            continue  # any text is one; what it means is for the command
        for value in ("no such thing", "-7", "nan", "1e999", "0", "("):
            if not _is_refused(option, value):
                continue  # it would be carried out
            said = oob(*words, *_arguments(words), option.opts[0], value)
            fault = _fault(said, "")
            if fault or option.opts[0] not in said.err:
                wrong[" ".join((*words, option.opts[0], value))] = fault or said.err
    assert wrong == {}


@pytest.mark.parametrize("name", ["cisco_ios.yaml", "console_phrases.yaml"])
def test_a_profile_with_a_wrong_type_is_refused_with_file_key_and_reason(tmp_path: Path, name: str) -> None:
    document = yaml.safe_load((profiles.folder() / name).read_text())
    kind: type[Any] = Profile if name == "cisco_ios.yaml" else Phrases
    wrong = {}
    for what, changed in list(mistyped(document))[:: 10 * SOME]:
        path = tmp_path / name
        path.write_bytes(_yaml(changed))
        try:
            profiles.checked(path, TypeAdapter(kind))
        except ProfileError as error:
            if PYTHONIC.search(str(error)) or not str(error).startswith(f"{name}:"):
                wrong[what] = str(error)
    assert wrong == {}


def test_a_sealed_plan_or_manifest_with_a_wrong_type_is_refused_by_its_name(oob: Oob, known: Path) -> None:
    assert oob("plan", "edge1", "--to", "latest", "--baseline", "latest", "-o", "given/plan.yaml").code == 0
    plan, (manifest,) = known / "given/plan.yaml", known.glob("backups/edge1/*/manifest.json")
    content = yaml.safe_load(plan.read_text())
    content.pop("sha256")
    wrong = {}
    for what, changed in list(mistyped(content))[::SOME]:
        if isinstance(changed, dict):
            plan.write_text(render(changed))
            wrong[what] = _fault(oob("plan", "check", "edge1", "--plan", plan), "plan")
    for what, changed in mistyped(json.loads(manifest.read_text())):
        manifest.write_bytes(_json(changed))
        wrong[what] = _fault(oob("backup", "diff", "edge1", "latest", "latest"), "manifest.json")
    assert {what: fault for what, fault in wrong.items() if fault} == {}
