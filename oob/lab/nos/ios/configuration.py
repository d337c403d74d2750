"""A configuration of IOS: what its lines do to each other."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Interface

from oob.lab.nos.base.configuration import Configuration, Meaning
from oob.lab.nos.base.place import TOP, Rejected, Where
from oob.lab.nos.base.tree import ConfigLine, begins
from oob.lab.nos.ios.language import DEFAULT_ON, LANGUAGE, NAMES, PLAUSIBLE, SECOND, SHOWN_WHEN_ON
from oob.lab.nos.ios.secret import hashed


class IosConfiguration(Configuration):
    """A tree of lines and the rules of IOS by which it changes."""

    def _add(self, meaning: Meaning) -> tuple[Where, tuple[str, ...]]:
        block = self.block(meaning.where)
        kept = replace(meaning, text=_kept(block, meaning))
        notices = self._before_adding(block, kept.text)
        where, _ = super()._add(kept)
        return where, notices

    def _is_silent(self, text: str) -> bool:
        return DEFAULT_ON.fullmatch(text) is not None and SHOWN_WHEN_ON.fullmatch(text) is None

    def _clear_slot(self, block: ConfigLine, meaning: Meaning) -> None:
        slot = meaning.slot
        if not slot:
            return
        head = " ".join(slot.split()[:2])
        for sibling in list(block.children):
            if not sibling.text.removeprefix("no ").startswith(head):
                continue
            if sibling.text == f"no {slot}" or self.slot_of(meaning.where, sibling.text) == slot:
                block.children.remove(sibling)

    def _before_adding(self, block: ConfigLine, text: str) -> tuple[str, ...]:
        words = text.split()
        if begins(text, "ip address") and len(words) > 3:
            self._check_address(block, *words[2:4])
        if begins(text, "vrf forwarding"):
            return self._enter_vrf(block, words[2])
        return ()

    def _check_address(self, block: ConfigLine, address: str, mask: str) -> None:
        try:
            wanted = IPv4Interface(f"{address}/{mask}")
        except ValueError:
            raise Rejected(f"Bad mask 0x{_hex(mask)} for address {address}") from None
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

    def _enter_vrf(self, block: ConfigLine, vrf: str) -> tuple[str, ...]:
        if self.root.find(f"vrf definition {vrf}") is None:
            raise Rejected(f"% VRF {vrf} not configured.")
        if block.value("vrf forwarding") == vrf:
            return ()
        addresses = [line for line in block.under("ip address") + block.under("ipv6 address")]
        if not addresses:
            return ()
        block.children = [line for line in block.children if line not in addresses]
        if not block.under("no ip address"):
            self._insert(block, "no ip address", "config-if")
        name = block.text.split()[1]
        return (f"% Interface {name} IPv4 disabled and address(es) removed due to enabling VRF {vrf}",)

    def _remove(self, meaning: Meaning, *, is_default: bool) -> None:
        block, text = self.block(meaning.where), meaning.text
        if begins(text, "interface") and not NAMES.is_logical(text.split()[-1]):
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
        off = _off_form(meaning.where.mode, text, block)
        if off and block.find(off) is None:
            self._insert(block, off, meaning.where.mode)

    def _is_plausible(self, mode: str, line: str) -> bool:
        words = line.split()
        if not words or (mode in PLAUSIBLE and words[0] not in PLAUSIBLE[mode]):
            return False
        if words[0] in ("ip", "ipv6"):
            return len(words) > 1 and words[1] in SECOND
        return mode != TOP.mode or len(words) > 1


def fresh(physical: tuple[str, ...]) -> IosConfiguration:
    """Return the configuration of a router that has none: its interfaces, shut down."""
    return IosConfiguration(LANGUAGE, physical).empty()


def _off_form(mode: str, text: str, block: ConfigLine) -> str:
    """Return the line that shows that something is off, "" where its absence does."""
    if mode in ("config-if", "config-subif") and begins(text, "ip address"):
        return "" if block.under("ip address") else "no ip address"
    return f"no {text}" if DEFAULT_ON.fullmatch(text) else ""


def _kept(block: ConfigLine, meaning: Meaning) -> str:
    """Return the line as it is kept: secrets hashed, an access list's entry with its number."""
    text = meaning.text
    if not meaning.where.mode.endswith("-nacl") or text[0].isdigit():
        return hashed(text)
    numbers = [int(line.text.split()[0]) for line in block.children if line.text[0].isdigit()]
    same = [line.text for line in block.children if line.text.partition(" ")[2] == text]
    return same[0] if same else f"{max(numbers, default=0) + 10} {text}"


def _hex(mask: str) -> str:
    return "".join(f"{int(part):02X}" for part in mask.split("."))
