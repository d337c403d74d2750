"""Makes a folder from which oob is installed without a network: wheels, documentation, hashes and their signature."""

from __future__ import annotations

import argparse
import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from oob.errors import UsageError
from oob.fault import nearest
from oob.recovery.authority.keys import private_key, sign

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
# The names of a platform as pip knows them, newest first: a wheel may carry any of them.
PLATFORMS = {
    "linux-x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-aarch64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "macos-arm64": ("macosx_14_0_arm64", "macosx_11_0_arm64"),
    "macos-x86_64": ("macosx_13_0_x86_64", "macosx_11_0_x86_64", "macosx_10_12_x86_64"),
}
PYTHONS = ("3.11", "3.12", "3.13")
SUMS, SIGNATURE, WHEELS = "SHA256SUMS", "SHA256SUMS.sig", "wheels"


def make(folder: Path, platforms: Sequence[str], pythons: Sequence[str], extras: str, key: Path | None) -> None:
    """Fill *folder*, which may not hold anything yet; raises UsageError, and CalledProcessError where pip fails."""
    if unknown := [name for name in platforms if name not in PLATFORMS]:
        raise UsageError(f"{unknown[0]}: no such platform{nearest(unknown[0], PLATFORMS)}")
    if unknown := [name for name in pythons if not re.fullmatch(r"3\.(1[1-9]|[2-9]\d)", name)]:
        raise UsageError(f"{unknown[0]}: oob needs Python 3.11 or newer, written as 3.12")
    signer = private_key(key) if key else None
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: is not empty")
    wheels = folder / WHEELS
    wheels.mkdir(parents=True)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT))
    (own,) = wheels.glob("oob-*.whl")
    with tempfile.TemporaryDirectory() as temporary:
        constraints = Path(temporary) / "constraints.txt"
        constraints.write_text("\n".join(pins(LOCK.read_text())))
        for platform in platforms:
            for python in pythons:
                _download(own, extras, wheels, constraints, platform, python)
    if unlocked := [each.name for each in wheels.iterdir() if each != own and sha256(each) not in LOCK.read_text()]:
        raise UsageError(f"{', '.join(sorted(unlocked))}: requirements.lock has no such hash")
    shutil.copytree(ROOT / "docs", folder / "docs")
    if (ROOT / "site").is_dir():
        shutil.copytree(ROOT / "site", folder / "site")
    script = folder / "install.sh"
    script.write_text((ROOT / "tools" / "stick.sh").read_text().replace("@PYTHONS@", " ".join(pythons)))
    script.chmod(0o755)
    (folder / SUMS).write_text(sums(folder))
    if signer:
        (folder / SIGNATURE).write_bytes(base64.b64decode(sign(signer, (folder / SUMS).read_text())["value"]))


def pins(lock: str) -> list[str]:
    """Return the `name==version ; marker` lines of a lock file, without their hashes."""
    return [line.rstrip(" \\") for line in lock.splitlines() if re.match(r"[A-Za-z0-9_.-]+==", line)]


def sums(folder: Path) -> str:
    """Return the hash of every file below *folder* as `sha256sum --check` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (SUMS, SIGNATURE))
    return "".join(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _download(own: Path, extras: str, wheels: Path, constraints: Path, platform: str, python: str) -> None:
    tags = [word for tag in PLATFORMS[platform] for word in ("--platform", tag)]
    wanted = f"{own}[{extras}]" if extras else str(own)
    target = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python, *tags]
    _pip("download", "--quiet", "--dest", str(wheels), "--constraint", str(constraints), *target, wanted)
    print(f"{platform}, Python {python}: {len(list(wheels.iterdir()))} wheels", flush=True)


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True)


def main(arguments: Iterable[str] | None = None) -> int:
    """Read the command line; say what is wrong in one sentence."""
    parser = argparse.ArgumentParser(prog="make stick", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--platforms", default="linux-x86_64", help=f"of {', '.join(PLATFORMS)}")
    parser.add_argument("--pythons", default=" ".join(PYTHONS), help="versions, such as '3.11 3.12'")
    parser.add_argument("--extras", default="notify,parse", help="optional parts, such as netmiko,notify")
    parser.add_argument("--key", type=Path, help="an Ed25519 key (PEM) that signs the list of hashes")
    given = parser.parse_args(None if arguments is None else list(arguments))
    try:
        make(given.folder, given.platforms.split(), given.pythons.split(), given.extras, given.key)
    except UsageError as error:
        print(f"make stick: {error}", file=sys.stderr)
        return UsageError.exit_code
    except subprocess.CalledProcessError as error:
        print(f"make stick: pip ended with {error.returncode}; {given.folder} is incomplete", file=sys.stderr)
        return 1
    print(f"{given.folder}: complete; install with: sh {given.folder}/install.sh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
