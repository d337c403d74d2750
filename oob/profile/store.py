"""Where profiles are found, and how one is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from oob import fast_yaml
from oob.errors import ProfileError
from oob.fault import nearest, reason, unreadable
from oob.profile.model import Phrases, Profile

CHECKOUT = Path(__file__).parents[2] / "device_profiles"
_Entry = TypeVar("_Entry")

NOT_PLATFORMS = frozenset({"console_servers", "console_programs", "console_phrases"})


def folder() -> Path:
    """Return the folder of profiles: the checkout's, else the copy in the installed package."""
    if CHECKOUT.is_dir():
        return CHECKOUT
    return Path(str(resources.files("oob.profile") / "device_profiles"))


def platforms() -> tuple[str, ...]:
    """Return the names of all platforms that have a profile, sorted."""
    return tuple(sorted(path.stem for path in folder().glob("*.yaml") if path.stem not in NOT_PLATFORMS))


@cache
def load(platform: str) -> Profile:
    """Return the profile of *platform*, which may be an alias; raises ProfileError naming the known ones."""
    path = folder() / f"{platform}.yaml"
    if not path.is_file() or platform in NOT_PLATFORMS:
        path = _alias(platform)
    return read(path)


def read(path: Path) -> Profile:
    """Read and check one profile file; every error is a ProfileError of the form `file:key: reason`."""
    return checked(path, TypeAdapter(Profile))


@cache
def phrases() -> Phrases:
    """Return what consoles of every make say; errors are as those of `read`."""
    return checked(folder() / "console_phrases.yaml", TypeAdapter(Phrases))


def entries(file: str, kind: type[_Entry]) -> Mapping[str, _Entry]:
    """Return what a *file* beside the profiles holds, by name; errors are as those of `read`."""
    return checked(folder() / file, TypeAdapter(dict[str, kind]))  # type: ignore[valid-type]  # known at run time


def checked(path: Path, kind: TypeAdapter[_Entry]) -> _Entry:
    """Return what the file *path* holds as *kind*; every error is a ProfileError of the form `file:key: reason`."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), fast_yaml.LOADER)
    except OSError as error:
        raise ProfileError(f"{path.name}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ProfileError(f"{path.name}: {unreadable(error)}") from error
    try:
        return kind.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(whole file)"
        raise ProfileError(f"{path.name}:{key}: {reason(first)}") from error


def _alias(name: str) -> Path:
    aliases: dict[str, str] = {}
    for path in sorted(folder().glob("*.yaml")):
        if path.stem in NOT_PLATFORMS:
            continue
        data = yaml.load(path.read_text(encoding="utf-8"), fast_yaml.LOADER)
        aliases |= dict.fromkeys(map(str, (data.get("aliases") if isinstance(data, dict) else None) or ()), path.stem)
    if name in aliases:
        return folder() / f"{aliases[name]}.yaml"
    raise ProfileError(f"{name}: unknown platform{nearest(name, [*platforms(), *aliases])} (oob platforms lists them)")
