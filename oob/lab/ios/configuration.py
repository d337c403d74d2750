"""The running configuration: takes lines as a person types them and holds what they amount to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Interface

from oob.lab.family.grammar import OF_THE_IMAGE, Refused
from oob.lab.family.place import TOP, Rejected, Where
from oob.lab.family.tree import Line, begins
from oob.lab.ios import names
from oob.lab.ios.order import position
from oob.lab.ios.rules import DEFAULT_ON, GRAMMARS, PLAUSIBLE, SECOND, SHOWN_WHEN_ON, STRICT, Rule
from oob.lab.ios.secret import hashed

_TOP = "config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A line understood: its whole *text*, its *rule*, the parameters, and *where* it belongs."""

    text: str
    rule: Rule
    params: dict[str, str]
    where: Where

    @property
    def slot(self) -> str:
        """What other lines it replaces, "" for none."""
        return self.rule.slot.format_map(self.params)


class Configuration:
    """A tree of lines and the rules by which it changes. *physical* are the interfaces that the box has."""

    def __init__(self, root: Line, physical: tuple[str, ...] = ()) -> None:
        self.root = root
        self.physical = physical
        self.refuse: tuple[re.Pattern[str], ...] = ()
        self._slots: dict[tuple[str, str], str] = {}

    def block(self, where: Where) -> Line:
        """Return the line that *where* stands under, made where it is not there yet."""
        line = self.root
        place = TOP
        for (mode, text), below in zip(where.path, where.texts, strict=True):
            line = line.find(below) or _insert(line, text, mode)
            place = place.into(mode, text)
        return line

    def apply(self, where: Where, typed: str) -> tuple[Where, tuple[str, ...]]:
        """Take a line at *where*; return where that leads and what IOS says to it.

        Raises Refused for what is no command here and Rejected for one that cannot be carried out.
        """
        line = typed.strip()
        if line == "exit-address-family":
            return where.up(), ()
        negated, rest = line.startswith("no "), line.removeprefix("no ")
        try:
            meaning = self.understand(where, rest, partly=negated)
        except Refused as refused:
            shift = len(typed) - len(typed.lstrip()) + (3 if negated else 0)
            raise Refused(refused.why, refused.offset + shift, refused.depth) from None
        self._check_image(meaning, typed)
        if negated:
            return meaning.where, self._remove(meaning)
        return self._add(meaning)

    def takes(self, where: Where, line: str) -> None:
        """Raise Refused where *line* is no command at *where* for this software."""
        self._check_image(self.understand(where, line.strip().removeprefix("no ")), line)

    def understand(self, where: Where, line: str, *, partly: bool = False) -> Meaning:
        """Find out what *line* is at *where*, or further out where the mode does not know it."""
        refusals: list[Refused] = []
        place = where
        while True:
            try:
                return self._understand_in(place, line, partly)
            except Refused as refused:
                refusals.append(refused)
            if not place.path:
                break
            place = place.up()
        for place in dict.fromkeys((where, where.up(), TOP)):
            if not _is_strict(refusals[0], line) and _is_plausible(place.mode, line):
                return Meaning(text=" ".join(line.split()), rule=Rule(), params={}, where=place)
        raise max(refusals, key=lambda refused: refused.depth)

    def _understand_in(self, where: Where, line: str, partly: bool) -> Meaning:
        grammar = GRAMMARS.get(where.mode)
        if grammar is None:
            raise Refused("invalid", 0, 0)
        try:
            parsed = grammar.parse(line)
        except Refused as refused:
            if partly and refused.why == "incomplete":
                return Meaning(text=grammar.expand(line), rule=Rule(), params={}, where=where)
            raise
        text = parsed.text
        if where.mode == _TOP and begins(text, "interface"):
            text = "interface " + self._interface_name(parsed.params, line)
        text = re.sub(r"\b(passive-interface|update-source|unnumbered) (.+)", _with_full_name, text)
        if begins(text, "encapsulation"):
            text = text.replace("dot1q", "dot1Q")
        return Meaning(text=text, rule=parsed.handler, params=parsed.params, where=where)

    def _interface_name(self, params: dict[str, str], line: str) -> str:
        given = params.get("NAME") or params["TYPE"] + params["NUMBER"]
        name = names.full(given)
        offset = len(line) - len(line.split(None, 1)[1])
        if name is None:
            raise Refused("invalid", offset, 1)
        if not names.is_logical(name) and name not in self.physical:
            raise Refused("invalid", offset, 2)
        if "." in name and name.partition(".")[0] not in self.physical:
            raise Refused("invalid", offset, 2)
        return name

    def _check_image(self, meaning: Meaning, typed: str) -> None:
        for pattern in self.refuse:
            found = pattern.search(meaning.text)
            if found:
                raise Refused("invalid", max(0, typed.find(found.group())), OF_THE_IMAGE)

    def drop_refused(self) -> None:
        """Remove the lines that the software does not take, as it would when it reads its configuration."""
        self.root.prune(self.refuse)

    # --- changes

    def _add(self, meaning: Meaning) -> tuple[Where, tuple[str, ...]]:
        block = self.block(meaning.where)
        text, mode = _numbered(block, meaning), meaning.rule.mode
        if mode:
            if block.find(text) is None:
                self._add_block(block, text, meaning.where.mode)
            opened = "config-subif" if mode == "config-if" and "." in text else _submode(mode, text)
            return meaning.where.into(opened, text), ()
        if (off := block.find(f"no {text}")) is not None:
            block.children.remove(off)
        if DEFAULT_ON.fullmatch(text) and not SHOWN_WHEN_ON.fullmatch(text):
            return meaning.where, ()
        notices = self._before_adding(block, text, meaning)
        if block.find(text) is None:
            self._clear_slot(block, meaning)
            _insert(block, text, meaning.where.mode)
        return meaning.where, notices

    def _add_block(self, block: Line, text: str, mode: str) -> None:
        line = _insert(block, text, mode)
        if begins(text, "interface") and not names.is_logical(text.split()[1]):
            line.children = [Line("no ip address"), Line("shutdown")]
        elif begins(text, "interface"):
            line.children = [Line("no ip address")]

    def _clear_slot(self, block: Line, meaning: Meaning) -> None:
        slot = meaning.slot
        if not slot:
            return
        head = " ".join(slot.split()[:2])
        for sibling in list(block.children):
            if not sibling.text.removeprefix("no ").startswith(head):
                continue
            if sibling.text == f"no {slot}" or self.slot_of(meaning.where, sibling.text) == slot:
                block.children.remove(sibling)

    def slot_of(self, where: Where, text: str) -> str:
        """Return the slot of a line that stands in the configuration."""
        key = (where.mode, text)
        if key not in self._slots:
            try:
                self._slots[key] = self._understand_in(where, text, False).slot
            except Refused:
                self._slots[key] = ""
        return self._slots[key]

    def _before_adding(self, block: Line, text: str, meaning: Meaning) -> tuple[str, ...]:
        if begins(text, "ip address") and "ADDRESS" in meaning.params:
            self._check_address(block, meaning.params)
        if begins(text, "vrf forwarding"):
            return self._enter_vrf(block, text.split()[2])
        return ()

    def _check_address(self, block: Line, params: dict[str, str]) -> None:
        try:
            wanted = IPv4Interface(f"{params['ADDRESS']}/{params['MASK']}")
        except ValueError:
            raise Rejected(f"Bad mask 0x{_hex(params['MASK'])} for address {params['ADDRESS']}") from None
        network = wanted.network
        if network.prefixlen < 31 and wanted.ip in (network.network_address, network.broadcast_address):
            raise Rejected(f"Bad mask /{network.prefixlen} for address {wanted.ip}")
        vrf = block.value("vrf forwarding") or ""
        for other in self.root.under("interface"):
            if other is block or (other.value("vrf forwarding") or "") != vrf or other.find("shutdown"):
                continue
            for line in other.under("ip address"):
                words = line.text.split()
                if len(words) > 3 and IPv4Interface(f"{words[2]}/{words[3]}").network.overlaps(network):
                    raise Rejected(f"% {network.network_address} overlaps with {other.text.split()[1]}")

    def _enter_vrf(self, block: Line, vrf: str) -> tuple[str, ...]:
        if self.root.find(f"vrf definition {vrf}") is None:
            raise Rejected(f"% VRF {vrf} not configured.")
        if block.value("vrf forwarding") == vrf:
            return ()
        addresses = [line for line in block.under("ip address") + block.under("ipv6 address")]
        if not addresses:
            return ()
        block.children = [line for line in block.children if line not in addresses]
        if not block.under("no ip address"):
            _insert(block, "no ip address", "config-if")
        name = block.text.split()[1]
        return (f"% Interface {name} IPv4 disabled and address(es) removed due to enabling VRF {vrf}",)

    def _remove(self, meaning: Meaning) -> tuple[str, ...]:
        block, text = self.block(meaning.where), meaning.text
        if begins(text, "interface") and not names.is_logical(text.split()[1]):
            raise Rejected("% Removal of physical interfaces is not permitted")
        slot = meaning.slot
        gone = [
            line
            for line in block.children
            if begins(line.text, text) or (slot and self.slot_of(meaning.where, line.text) == slot)
        ]
        if not gone and begins(text, "ip route"):
            raise Rejected("%No matching route to delete")
        block.children = [line for line in block.children if line not in gone]
        off = self._off_form(meaning.where.mode, text, block)
        if off and block.find(off) is None:
            _insert(block, off, meaning.where.mode)
        return ()

    def _off_form(self, mode: str, text: str, block: Line) -> str:
        """Return the line that shows that something is off, "" where its absence does."""
        if mode in ("config-if", "config-subif") and begins(text, "ip address"):
            return "" if block.under("ip address") else "no ip address"
        return f"no {text}" if DEFAULT_ON.fullmatch(text) else ""


def _insert(block: Line, text: str, mode: str) -> Line:
    return block.insert(text, partial(position, mode))


def _numbered(block: Line, meaning: Meaning) -> str:
    """Return the line as it is kept: secrets hashed, an access list's entry with its number."""
    if not meaning.where.mode.endswith("-nacl") or "SEQ" in meaning.params:
        return hashed(meaning.text)
    numbers = [int(line.text.split()[0]) for line in block.children if line.text[0].isdigit()]
    same = [line.text for line in block.children if line.text.partition(" ")[2] == meaning.text]
    return same[0] if same else f"{max(numbers, default=0) + 10} {meaning.text}"


def _submode(mode: str, text: str) -> str:
    if mode == "config-sg-radius" and "tacacs" in text:
        return "config-sg-tacacs+"
    return mode


def _is_strict(refused: Refused, line: str) -> bool:
    return any(begins(line, head) for head in STRICT)


def _is_plausible(mode: str, line: str) -> bool:
    words = line.split()
    if mode in PLAUSIBLE and words[0] not in PLAUSIBLE[mode]:
        return False
    if words[0] in ("ip", "ipv6"):
        return len(words) > 1 and words[1] in SECOND
    return mode != _TOP or len(words) > 1


def _with_full_name(found: re.Match[str]) -> str:
    return f"{found[1]} {names.full(found[2]) or found[2]}"


def _hex(mask: str) -> str:
    return "".join(f"{int(part):02X}" for part in mask.split("."))
