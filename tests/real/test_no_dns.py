"""No path asks a resolver for anything: every way in is walked where the only resolver counts what it is asked."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

PROGRAMS = ["unshare", "ip", "ser2net", "conserver", "sshd", "ipmi_sim", "ipmitool", "socat"]

HERE = Path(__file__).parent

ADDRESS = "ip addr add 198.18.77.9/32 dev lo"  # ser2net opens nothing on a machine that has only 127.0.0.1

COUNTER = """
import select, socket, subprocess, sys
sockets = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)]
for each in sockets:
    each.bind(("127.0.0.53", 53))
sockets[1].listen()
status = subprocess.call(sys.argv[1:])
asked = select.select(sockets, [], [], 0)[0]
print("questions:", [each.recv(512) for each in asked if each is sockets[0]] or len(asked), flush=True)
sys.exit(53 if asked else status)
"""


def run_where_dns_counts(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run *command* in a network of its own whose resolver never answers; the status is 53 if it was asked."""
    (folder / "resolv.conf").write_text("nameserver 127.0.0.53\noptions timeout:1 attempts:1\n")
    (folder / "hosts").write_text(f"127.0.0.1 localhost {socket.gethostname()}\n")  # conserver looks itself up
    (folder / "nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n")
    mounts = [f"mount --bind {folder / name} /etc/{name}" for name in ("resolv.conf", "hosts", "nsswitch.conf")]
    script = " && ".join(["ip link set lo up", ADDRESS, *mounts, 'exec "$@"'])
    inside = ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-c", script, "sh", sys.executable]
    return subprocess.run(
        [*inside, "-c", COUNTER, *command], capture_output=True, text=True, check=False, cwd=HERE.parents[1]
    )


def test_a_question_to_the_resolver_is_counted(tmp_path: Path) -> None:
    ask = [sys.executable, "-c", "import socket\ntry: socket.getaddrinfo('oob.example', 1)\nexcept OSError: pass"]
    assert run_where_dns_counts(tmp_path, *ask).returncode == 53


def test_no_way_in_asks_the_resolver(tmp_path: Path) -> None:
    modules = [str(HERE / f"test_{name}.py") for name in ("ser2net", "openssh", "sol", "conserver")]
    command = [sys.executable, "-m", "pytest", "-q", "-m", "real", "-k", "pass_both_ways or passes_both_ways", *modules]
    done = run_where_dns_counts(tmp_path, *command, "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
