"""The folder that oob is installed from without a network: its list of hashes, and what its script refuses."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from oob.recovery.authority.keys import private_key, sign
from tools import stick

OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def _key(folder: Path, name: str) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a stick with a signed list of hashes, and in the place of wheels nothing that could be installed."""
    made = tmp_path / "stick"
    (made / "wheels").mkdir(parents=True)
    (made / "wheels" / "oob-0-py3-none-any.whl").write_bytes(b"no wheel")
    script = Path(stick.__file__).with_name("stick.sh").read_text()
    (made / "install.sh").write_text(script.replace("@PYTHONS@", OURS))
    private, _ = _key(tmp_path, "release")
    text = stick.sums(made)
    (made / stick.SUMS).write_text(text)
    (made / stick.SIGNATURE).write_bytes(base64.b64decode(sign(private_key(private), text)["value"]))
    return made


def _install(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    words = ["sh", str(folder / "install.sh"), str(folder.parent / "absent" / "file" / "venv")]
    environ = {"PYTHON": sys.executable, **environ}
    return subprocess.run(words, capture_output=True, text=True, env={**os.environ, **environ})


def _change(folder: Path) -> None:
    (folder / "wheels" / "oob-0-py3-none-any.whl").write_bytes(b"another wheel")


def _add(folder: Path) -> None:
    (folder / "wheels" / "SHA256SUMS-1-py3-none-any.whl").symlink_to("/etc/hostname")


def _other_python(folder: Path) -> None:
    script = folder / "install.sh"
    script.write_text(script.read_text().replace(OURS, "3.99"))


@pytest.mark.parametrize(
    ("attack", "code", "why"),
    [
        (_change, 7, "a file on this stick was changed"),
        (_add, 7, "something was added"),
        (_other_python, 2, f"is Python {OURS}; this stick has wheels for: 3.99"),
    ],
)
def test_a_stick_that_is_not_as_it_was_made_installs_nothing(
    folder: Path, attack: Callable[[Path], None], code: int, why: str
) -> None:
    attack(folder)
    done = _install(folder)
    assert (done.returncode, why in done.stderr) == (code, True)
    assert not (folder.parent / "absent").exists()


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is missing; .ci/install-servers installs it")
def test_a_list_that_another_key_signed_is_refused_and_ours_is_taken(folder: Path, tmp_path: Path) -> None:
    _, other = _key(tmp_path, "other")
    refused = _install(folder, PUBLIC_KEY=str(other))
    assert (refused.returncode, "is not signed by" in refused.stderr) == (7, True)
    _change(folder)
    taken = _install(folder, PUBLIC_KEY=str(tmp_path / "release.pub"))
    assert "a file on this stick was changed" in taken.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--platforms", "linux"], "did you mean linux-aarch64 or linux-x86_64?"),
        (["--pythons", "3.9"], "oob needs Python 3.11 or newer"),
        (["--key", "absent.pem"], "absent.pem: cannot be used as a key"),
        ([], "is not empty"),
    ],
)
def test_what_cannot_become_a_stick_is_refused_before_anything_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    before = sorted(folder.rglob("*"))
    assert stick.main([str(folder), *words]) == 2
    assert why in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_the_lock_is_read_as_versions_with_their_markers() -> None:
    lock = "click==8.5.1 \\\n    --hash=sha256:00\n    # via oob\n"
    lock += "colorama==0.4 ; sys_platform == 'win32' \\\n    --hash=sha256:01\n"
    assert stick.pins(lock) == ["click==8.5.1", "colorama==0.4 ; sys_platform == 'win32'"]
