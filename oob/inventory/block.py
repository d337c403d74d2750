"""The `oob:` block below `data` of a host, a group or the defaults: every key that may stand in it, checked."""

from __future__ import annotations

import ipaddress
import re
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError

from oob.errors import InventoryError
from oob.fault import reason
from oob.inventory.device import ConsolePath, Critical, Expect, NameTable, RouteRule

POWERS = ("", "k", "m", "g", "t")  # of 1000, with an `i` of 1024


def _console_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if not rest or not re.fullmatch(r"[a-z][a-z0-9_+]*", scheme):  # `urlsplit` knows no underscore there
        raise ValueError(f"{text!r} is not a console URL, such as telnet://192.0.2.10:2007")
    if urlsplit(f"//{rest}").password is not None:
        raise ValueError("the URL holds a password; passwords belong in the secrets file (oob secrets edit)")
    return text


def _prefix(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is not a prefix: {error}") from error


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is not an IP address: {error}") from error


def _bytes(value: object) -> object:
    match = re.fullmatch(r"(\d+) ?(?:([kmgt]?)(i?)b?)", value.lower()) if isinstance(value, str) else None
    return int(match[1]) * (1024 if match[3] else 1000) ** POWERS.index(match[2]) if match else value


def _short(key: str) -> Any:
    """Let a string stand for a mapping with the one key *key*."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


def _alone(value: object) -> object:
    return [value] if isinstance(value, str) else value


Prefix = Annotated[StrictStr, AfterValidator(_prefix)]
Address = Annotated[StrictStr, AfterValidator(_address)]


class BlockPart(BaseModel):
    """A piece of the block: any key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PathPart(BlockPart):
    """An entry of `paths`; a string alone is its URL."""

    url: Annotated[StrictStr, AfterValidator(_console_url)]
    name: StrictStr = ""
    carrier: StrictStr = ""
    byte_budget: Annotated[Annotated[int, Field(gt=0)] | None, BeforeValidator(_bytes)] = None
    via: StrictStr = ""


class ExpectPart(BlockPart):
    """The identity that the device must show."""

    hostname: StrictStr = ""
    serial: StrictStr = ""
    aliases: Annotated[tuple[StrictStr, ...], BeforeValidator(_alone)] = ()


class PrefixPart(BlockPart):
    """An entry of `critical_prefixes`; a string alone is the prefix."""

    prefix: Prefix
    vrf: StrictStr = ""


class AddressPart(BlockPart):
    """An entry of `critical_addresses`; a string alone is the address."""

    address: Address
    vrf: StrictStr = ""


class RulePart(BlockPart):
    """An entry of `ignore_routes`; a string alone is the prefix."""

    prefix: Prefix | None = None
    vrf: StrictStr = ""
    protocol: StrictStr = ""


class HostsPart(BlockPart):
    """The table of names, with the day on which it was right."""

    taken: date
    names: dict[StrictStr, Address]


class Block(BlockPart):
    """The whole `oob:` block; each key is inherited by itself."""

    paths: tuple[Annotated[PathPart, _short("url")], ...] = ()
    expect: ExpectPart = ExpectPart()
    critical_prefixes: tuple[Annotated[PrefixPart, _short("prefix")], ...] = ()
    critical_addresses: tuple[Annotated[AddressPart, _short("address")], ...] = ()
    ignore_routes: tuple[Annotated[RulePart, _short("prefix")], ...] = ()
    authorised: Annotated[tuple[StrictStr, ...], BeforeValidator(_alone)] = ()
    contacts: Annotated[tuple[StrictStr, ...], BeforeValidator(_alone)] = ()
    site: StrictStr = ""
    tier: StrictStr = ""
    tags: Annotated[tuple[StrictStr, ...], BeforeValidator(_alone)] = ()
    after: Annotated[tuple[StrictStr, ...], BeforeValidator(_alone)] = ()
    via: StrictStr = ""
    hosts: HostsPart | None = None

    def values(self) -> dict[str, Any]:
        """Return what stands in this block, and nothing that does not, as the fields of a Device."""
        values: dict[str, Any] = {
            "paths": tuple(_path(number, part) for number, part in enumerate(self.paths, 1)),
            "expect": Expect(**self.expect.model_dump()),
            "critical_prefixes": tuple(Critical(target=part.prefix, vrf=part.vrf) for part in self.critical_prefixes),
            "critical_addresses": tuple(
                Critical(target=part.address, vrf=part.vrf) for part in self.critical_addresses
            ),
            "ignore_routes": tuple(
                RouteRule(prefix=part.prefix or "", vrf=part.vrf, protocol=part.protocol) for part in self.ignore_routes
            ),
            "authorised": self.authorised,
            "contacts": self.contacts,
            "site": self.site,
            "tier": self.tier,
            "tags": self.tags,
            "after": self.after,
            "via": self.via,
            "hosts": NameTable(taken=self.hosts.taken, names=self.hosts.names) if self.hosts else None,
        }
        return {key: value for key, value in values.items() if key in self.model_fields_set}


def read(content: object, where: str) -> Block:
    """Return the checked block; *where* is `file:key` of it, and stands before each reason of an InventoryError."""
    try:
        return Block.model_validate(content)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise InventoryError(f"{where}{_key(first['loc'])}: {_reason(first)}{more}") from None  # pydantic quotes values


def _path(number: int, part: PathPart) -> ConsolePath:
    return ConsolePath(**{**part.model_dump(), "name": part.name or str(number)})


def _key(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def _reason(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        known = _keys_beside(error["loc"])
        near = get_close_matches(str(error["loc"][-1]), known, 1)
        return f"there is no such key; did you mean {near[0]}?" if near else f"there is no such key; {_list(known)}"
    if error["type"] == "string_type" and isinstance(error["input"], int | float | bool | date):
        return f"{reason(error)}; YAML takes it for {error['input']!r}, put it into quotes"
    return reason(error)


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    parts: dict[object, type[BlockPart]] = {
        "paths": PathPart,
        "expect": ExpectPart,
        "critical_prefixes": PrefixPart,
        "critical_addresses": AddressPart,
        "ignore_routes": RulePart,
        "hosts": HostsPart,
    }
    return sorted((Block if len(location) == 1 else parts[location[0]]).model_fields)


def _list(known: list[str]) -> str:
    return f"there are {', '.join(known)}"
