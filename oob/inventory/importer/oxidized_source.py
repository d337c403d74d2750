"""The description of the file of devices in Oxidized's configuration."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from oob.inventory.document import ToolDocument

COLON = re.compile(":")
SHORTEST = {"name": 0, "model": 1}
# A Ruby expression between slashes, with what it may have behind them.
_RUBY = re.compile(r"/(?P<pattern>.+)/[imxounse]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A router.db with its *columns*, or a router.json with its *keys*; none of them where neither is given.

    *models* and *groups* are the names that a site has for them, *group_models* what the devices of a group run that
    say nothing, *default* what all others do.
    """

    is_json: bool = False
    file: Path = Path()
    delimiter: re.Pattern[str] = COLON
    columns: Mapping[str, int] = field(default_factory=dict)
    location: tuple[Hashable, ...] = ()
    keys: Mapping[str, tuple[Hashable, ...]] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    group_models: Mapping[str, str] = field(default_factory=dict)
    default: str = ""

    @classmethod
    def said(cls, configuration: ToolDocument) -> Source:
        """Return what *configuration* says; raises InventoryError where that is not a file to be read."""
        kind = configuration.text("source", "default") or "csv"
        if kind not in ("csv", "file", "jsonfile"):
            raise configuration.error(f"{kind} is not a file: export the devices to a router.db", "source", "default")
        is_json = kind == "jsonfile"
        here = ("source", "jsonfile" if is_json else "csv")
        if configuration.get(*here, "gpg") is True:
            raise configuration.error("the file is encrypted: decrypt it first", *here, "gpg")
        if not configuration.text(*here, "file"):
            raise configuration.error("there is no file", *here)
        mapped = configuration.mapping(*here, "map")
        if mapped and "name" not in mapped:
            raise configuration.error("there is nothing for the name", *here, "map")
        return cls(
            is_json=is_json,
            file=Path(configuration.text(*here, "file")),
            delimiter=COLON if is_json else _delimiter(configuration, here),
            columns={} if is_json else _columns(configuration, here) or SHORTEST,
            location=_keys(configuration.text(*here, "hosts_location")),
            keys=_named(configuration, here) if is_json else {},
            models=_texts(configuration, "model_map"),
            groups=_texts(configuration, "group_map"),
            group_models={
                str(name): configuration.text("groups", name, "model") for name in configuration.mapping("groups")
            },
            default=configuration.text("model"),
        )

    def model(self, said: str, group: str) -> str:
        """Return the model of a device that says *said* of it, and is in *group*."""
        return self.models.get(said, said) or self.group_models.get(group, "") or self.default

    def group(self, said: str) -> str:
        """Return the group of a device that says *said* of it."""
        return self.groups.get(said, said)


def _columns(configuration: ToolDocument, here: tuple[str, ...]) -> dict[str, int]:
    columns = {}
    for part in ("map", "vars_map"):
        for name, column in configuration.mapping(*here, part).items():
            if not isinstance(column, int) or column < 0:
                raise configuration.error("should be the number of a column", *here, part, name)
            columns[str(name)] = column
    return columns


def _named(configuration: ToolDocument, here: tuple[str, ...]) -> dict[str, tuple[Hashable, ...]]:
    return {
        str(name): _keys(configuration.text(*here, part, name))
        for part in ("map", "vars_map")
        for name in configuration.mapping(*here, part)
    }


def _keys(way: str) -> tuple[Hashable, ...]:
    """Return the keys of a way into an object, such as `site.name` or `addresses[0].ip`."""
    return tuple(int(word) if word.isdecimal() else word for word in re.findall(r"[^.\[\]]+", way))


def _texts(configuration: ToolDocument, name: str) -> dict[str, str]:
    return {str(each): configuration.text(name, each) for each in configuration.mapping(name)}


def _delimiter(configuration: ToolDocument, here: tuple[str, ...]) -> re.Pattern[str]:
    """Return the delimiter, which is text, or a Ruby expression that YAML has a tag for."""
    said = configuration.text(*here, "delimiter") or ":"
    ruby = _RUBY.fullmatch(said)
    try:
        return re.compile(ruby["pattern"] if ruby else re.escape(said))
    except re.error as error:
        raise configuration.error(f"is not a regular expression: {error}", *here, "delimiter") from error
