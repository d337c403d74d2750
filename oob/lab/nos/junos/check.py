"""The check before a commit: errors that stop it, and warnings that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from oob.lab.nos.junos.render import set_lines
from oob.lab.nos.junos.tree import Statement

CHECK_OUT = "error: configuration check-out failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinding:
    """An error or a warning of the check; *last* is the line that ends the answer when the commit stops."""

    text: str
    last: str = ""


def errors(tree: Statement) -> Iterator[CheckFinding]:
    """Give what stops any commit."""
    yield from _users(tree)
    yield from _tags(tree)
    for scope, path in _scopes(tree):
        yield from _peers(scope, path)
        yield from _exports(tree, scope, path)


def mandatory(tree: Statement) -> Iterator[CheckFinding]:
    """Give the statements that must be there. A plain commit only warns of the root password."""
    if not tree.has("system", "root-authentication"):
        yield CheckFinding(
            text="[edit]\n  'system'\n    Missing mandatory statement: 'root-authentication'\n",
            last="error: commit failed: (missing mandatory statements)",
        )


def refused(tree: Statement, patterns: tuple[str, ...]) -> Iterator[CheckFinding]:
    """Give the lines that this software no longer takes although it loaded them."""
    for line in set_lines(tree):
        if any(re.search(pattern, line) for pattern in patterns):
            *path, word = line.split()[1:]
            yield CheckFinding(
                text=f"[edit {' '.join(path)}]\n  '{word}'\n    statement constraint check failed\n",
                last=f"{CHECK_OUT}: (statement constraint check failed)",
            )


def warnings(tree: Statement, dns_dead: bool) -> Iterator[str]:
    """Give what a commit grumbles about and does anyway."""
    if dns_dead:
        yield from ["rcmd: getaddrinfo: hostname nor servname provided, or not known\n"] * 4
    for protocol in ("bgp", "isis"):
        holder = tree.find("protocols", protocol)
        if holder is not None and any(True for _ in holder.ordered()):
            yield f"[edit protocols]\n  '{protocol}'\n    warning: requires '{protocol}' license\n"


def _scopes(tree: Statement) -> Iterator[tuple[Statement, str]]:
    yield tree, "edit"
    for instance in tree.entries("routing-instances"):
        yield instance, f"edit routing-instances {instance.name[0]}"


def _users(tree: Statement) -> Iterator[CheckFinding]:
    for user in tree.entries("system", "login", "user"):
        if not user.has("class"):
            name = user.name[1]
            yield CheckFinding(
                text=f"[edit system login]\n  'user {name}'\n    Missing mandatory statement: 'class'\n",
                last="error: commit failed: (missing mandatory statements)",
            )


def _tags(tree: Statement) -> Iterator[CheckFinding]:
    for physical in tree.entries("interfaces"):
        tagged = physical.has("vlan-tagging") or physical.has("flexible-vlan-tagging")
        for unit in physical.entries("unit"):
            words = (f"[edit interfaces {physical.name[0]}]", f"  'unit {unit.name[1]}'")
            if unit.has("vlan-id") and not tagged:
                why = "VLAN-ID can only be specified on tagged ethernet interfaces"
                yield CheckFinding(text="\n".join((*words, f"    {why}\n")), last=CHECK_OUT)
            elif unit.name[1] != "0" and not tagged and not physical.name[0].startswith(("lo", "irb", "vlan")):
                why = "Only unit 0 is valid for this encapsulation"
                yield CheckFinding(text="\n".join((*words, f"    {why}\n")), last=CHECK_OUT)


def _peers(scope: Statement, path: str) -> Iterator[CheckFinding]:
    for group in scope.entries("protocols", "bgp", "group"):
        for neighbor in group.entries("neighbor"):
            if group.value("type") != "internal" and not (neighbor.has("peer-as") or group.has("peer-as")):
                yield CheckFinding(
                    text=f"[{path} protocols]\n  'bgp'\n    Error in neighbor {neighbor.name[1]} of group "
                    f"{group.name[1]}:\npeer AS number must be configured for an external peer\n",
                    last=CHECK_OUT,
                )


def _exports(tree: Statement, scope: Statement, path: str) -> Iterator[CheckFinding]:
    holders = [("ospf", scope.find("protocols", "ospf"))]
    holders += [("bgp", group) for group in scope.entries("protocols", "bgp", "group")]
    for protocol, holder in holders:
        used = holder.find("export") if holder is not None else None
        for name in used.values if used is not None else []:
            if not tree.has("policy-options", "policy-statement", name):
                yield CheckFinding(
                    text=f"error: Policy error: Policy {name} referenced but not defined\n"
                    f"[{path} protocols {protocol} export]\n  'export [ {name} ]'\n"
                    f"    {protocol.upper()}: export list not applied\n",
                    last=CHECK_OUT,
                )
