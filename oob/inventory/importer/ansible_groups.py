"""Hosts and groups as Ansible understands them: who belongs to what, and whose word on a variable counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ALL = "all"
UNGROUPED = "ungrouped"
PRIORITY = "ansible_group_priority"


class Groups:
    """Groups within groups; `all` is above every one of them."""

    def __init__(self) -> None:
        self._children: dict[str, list[str]] = {ALL: []}
        self._hosts: dict[str, dict[str, Any]] = {}
        self._member_of: dict[str, list[str]] = {}
        self._variables: dict[str, dict[str, Any]] = {ALL: {}}
        self._beside: dict[str, dict[str, Any]] = {ALL: {}}

    def add_group(self, name: str) -> None:
        """Let there be a group."""
        self._children.setdefault(name, [])
        self._variables.setdefault(name, {})
        self._beside.setdefault(name, {})

    def add_child(self, parent: str, child: str) -> None:
        """Put a group into another one."""
        self.add_group(parent)
        self.add_group(child)
        self._children[parent].append(child)

    def add_host(self, host: str, group: str) -> None:
        """Put a host into a group."""
        self.add_group(group)
        self._hosts.setdefault(host, {})
        self._member_of.setdefault(host, []).append(group)

    def set_group(self, name: str, variables: Mapping[str, Any]) -> None:
        """Give a group variables; what comes later counts more."""
        self._variables[name] |= variables

    def set_group_beside(self, name: str, variables: Mapping[str, Any]) -> None:
        """Give a group what a file beside the inventory says: it counts more than what the inventory says of any."""
        self._beside[name] |= variables

    def set_host(self, host: str, variables: Mapping[str, Any]) -> None:
        """Give a host variables; what comes later counts more."""
        self._hosts[host] |= variables

    def groups(self) -> tuple[str, ...]:
        """Return the names of all groups."""
        return tuple(self._children)

    def hosts(self) -> tuple[str, ...]:
        """Return the names of all hosts."""
        return tuple(self._hosts)

    def groups_of(self, host: str) -> tuple[str, ...]:
        """Return the groups of *host*, its own before those around them, without `all` and `ungrouped`."""
        depths = self._depths(host)
        names = sorted(depths, key=lambda name: (-depths[name], name))
        return tuple(name for name in names if name not in (ALL, UNGROUPED))

    def variables(self, host: str) -> dict[str, Any]:
        """Return the variables of *host*: its own count more than those of its groups, inner ones more than outer."""
        depths = self._depths(host)
        names = sorted(depths, key=lambda name: (depths[name], self._priority(name), name))
        merged: dict[str, Any] = {}
        for said in (self._variables, self._beside):
            for name in (ALL, *names):
                merged |= said[name]
        return merged | self._hosts[host]

    def _priority(self, group: str) -> int:
        """Return what an inventory says about groups that are equally deep; the highest counts."""
        said = str(self._variables[group].get(PRIORITY, 1))
        return int(said) if said.isdecimal() else 1

    def _depths(self, host: str) -> dict[str, int]:
        """Return how deep below `all` each group of *host* lies."""
        mine = set(self._member_of[host])
        while above := {parent for parent, children in self._children.items() if mine & set(children)} - mine:
            mine |= above
        return {name: self._depth(name) for name in mine - {ALL}}

    def _depth(self, name: str, below: tuple[str, ...] = ()) -> int:
        parents = [parent for parent, children in self._children.items() if name in children and parent not in below]
        return 1 + max((self._depth(parent, (*below, name)) for parent in parents if parent != name), default=0)
