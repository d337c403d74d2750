"""Fortinet FortiOS: `get router info routing-table all`, `get router info6 routing-table`."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.codes import CodedWay, CodeReading, Dialect, rank
from oob.routing.found import ParsedLines
from oob.routing.normalise import address
from oob.routing.route import VDOM, NextHop

# `sudo NAME get router info ...` asks another VDOM, whose table has the same headings.
COMMAND = r"(?:sudo \S+ )?get router info6? routing-table(?: .*)?"

_AGE = r"(?:\d+:\d\d:\d\d|\d+[ywd]\d+[wdh](?:\d+[dhm])?)"
_INTERFACE = rf"(?!{_AGE}$)[\w./:+-]+"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
# After a next hop: its tag, the next hop that resolves it, its age, priority and weight.
_MORE = (
    rf"(?: tag \d+)?(?: \[\d+\])?(?: inactive)?(?: \(recursive[^()]*(?:\([^()]*\))?[^()]*\))?"
    rf"(?:, {_AGE})?(?:, \[\d+/\d+\])?"
)
_VIA = re.compile(rf"(?:\[(\d+)/(\d+)\] )?via ({_ADDRESS})( inactive)?(?:, ({_INTERFACE}))?{_MORE}")
_TUNNEL = re.compile(rf"\[(\d+)/(\d+)\] via ({_INTERFACE}) tunnel ({_ADDRESS}){_MORE}")
_CONNECTED = re.compile(rf"(?:\[(\d+)/(\d+)\] )?(?:is directly connected|via ::), ({_INTERFACE}){_MORE}")
_RESOLVED = re.compile(
    rf".*\(recursive (?:via ({_ADDRESS})(?:, ({_INTERFACE}))?|is directly connected, ({_INTERFACE})"
    rf"|via ({_INTERFACE}) tunnel ({_ADDRESS}))(?: .*|,.*)?\).*"
)
_SUMMARY = re.compile(rf"\[(\d+)/(\d+)\] is a summary, (\w+)(?:, {_AGE})?(?:, \[\d+/\d+\])?")
# One more next hop that resolves the one above.
_ALSO = re.compile(rf"\(recursive[^()]*(?:\([^()]*\))?[^()]*\)(?:, {_AGE})?(?:, \[\d+/\d+\])?")
# Priority and weight, where they are not the default ones.
_SHARE = re.compile(r", \[(?![01]/0\])(\d+)/(\d+)\]$")


def _way(text: str) -> CodedWay | None:
    if match := _CONNECTED.fullmatch(text) or _SUMMARY.fullmatch(text):
        return CodedWay(NextHop("", match[3]), *rank(match))
    if match := _VIA.fullmatch(text):
        hop = NextHop(address(match[3]), match[5] or "", share=_share(text))
        return CodedWay(hop, *rank(match), is_backup=" inactive" in text, resolved=_resolved(text))
    if match := _TUNNEL.fullmatch(text):
        hop = NextHop(address(match[4]), match[3], share=_share(text))
        return CodedWay(hop, *rank(match), is_backup=" inactive" in text)
    if _ALSO.fullmatch(text):
        return CodedWay(NextHop(), resolved=_resolved(text))
    return None


def _share(text: str) -> str:
    match = _SHARE.search(text)
    return f"priority {match[1]}, weight {match[2]}" if match else ""


def _resolved(text: str) -> NextHop:
    """Return the next hop that resolves a recursive one; `ValueError` if it is not recognised."""
    if "(recursive" not in text:
        return NextHop()
    match = _RESOLVED.fullmatch(text)
    if match is None:
        raise ValueError(f"the next hop that resolves {text!r}")
    gateway, interface, alone, tunnel, end = match.groups("")
    return NextHop(address(gateway or end) if gateway or end else "", interface or alone or tunnel)


# Input and output on the way from one VDOM to another.
_WAY_TO_VDOM = r"[\w.~-]+ (?:\([\w.-]+\) )?[#$] ?(?:config (?:vdom|global)|edit \S+|next|end) *"
_PROMPT_VDOM = re.compile(r"[^()]* \((?!global\b)([\w.-]+)\) ?[#$]? ?")
_SUDO = re.compile(r"sudo (\S+) ")
_ASKED = re.compile(rf"^(?P<prompt>\S+ (?:\([\w.-]+\) )?[#$] ?)(?P<command>{COMMAND})$", re.MULTILINE)

_DIALECT = Dialect(
    protocols={
        "K": "kernel", "C": "connected", "S": "static", "R": "rip", "B": "bgp", "O": "ospf", "i": "isis",
        "V": "bgp",
    },
    subtypes=frozenset(("IA", "N1", "N2", "E1", "E2", "L1", "L2", "ia", "V")),
    heading=re.compile(r"Routing table for VRF=(?P<vrf>\d+) *"),
    noise=re.compile(rf"(?:IPv6 Routing Table|Timers: Uptime) *|No route.*|current vf=\S+ *|{_WAY_TO_VDOM}"),
    way=_way,
    further=re.compile(r"\[|via |is directly connected|\(recursive"),
    marks="*>",
    fib_marks=re.compile(r"^[A-Za-z][\w ]{0,7}\*> ", re.MULTILINE),
    default_vrfs=frozenset(("0", "default")),
    does_blank_end_table=True,
)  # fmt: skip


def _vdom(prompt: str, command: str) -> str:
    """Return the VDOM that a command asks, empty where neither it nor the prompt names one."""
    match = _SUDO.match(command) or _PROMPT_VDOM.fullmatch(prompt)
    return match[1] if match else ""


class _FortinetReading(CodeReading):
    """The reading of one capture. Where it has the tables of several VDOMs, the VDOM selects a route: `vdom R2`.

    A capture of one VDOM has plain routes: it says no more than a firewall without VDOMs.
    """

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        super().__init__(_DIALECT, capture, found)
        self.has_vdoms = len({_vdom(asked["prompt"], asked["command"]) for asked in _ASKED.finditer(capture.text)}) > 1

    def start_command(self, command: str) -> None:
        """Begin the tables of the VDOM that *command* asks."""
        self.end_route()
        vdom = _vdom(self.capture.command_prompt, command) if self.has_vdoms else ""
        self.selector = f"{VDOM}{vdom}" if vdom else ""
        super().start_command(command)


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    _FortinetReading(capture, found).read()
