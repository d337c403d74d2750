"""The way from a console URL to an open transport.

A scheme is a module of this package with `SCHEME`, `OPTIONS` and `open(url, deadline, access)`; a wrapper is one with
`WRAPPER`, `OPTIONS` and `wrap(inner, url)`, whose options carry its name in front. A family of console servers is data.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import cast

import oob.transport
from oob.deadline import Deadline
from oob.errors import InternalFault, OobError, PathInvalid, PathRefused, TransportError, UsageError
from oob.fault import nearest
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.budget import Metered
from oob.transport.url import ConsoleURL, named, parse


def open_url(url: str | ConsoleURL, deadline: Deadline, access: Access | None = None) -> Transport:
    """Open a path and the wrappers around it; every failure is a TransportError that names the path.

    A URL that makes no sense is PathInvalid, so that a bad path gives way to the next one. A path that has a budget is
    charged to it; raises BudgetSpent where that has not enough left.
    """
    access = access or Access()
    try:
        if isinstance(url, str):
            url = parse(url, access.hosts)
        budget = access.budgets.get(str(url))
        if budget is None:
            return _open(url, deadline, access)
        budget.check()
        return Metered(_open(url, deadline, access), budget, access.events)
    except TransportError:
        raise
    except OobError as error:  # a bad URL, or data of this installation
        shown = named(url)
        text = str(error)
        raise PathInvalid(text, path="" if shown in text else shown) from error
    except Exception as error:  # an unforeseen failure of a far end, a driver or a library
        raise PathRefused(f"opening it failed: {InternalFault.of(error)}", path=named(url)) from error


def check(url: ConsoleURL) -> ConsoleURL:
    """Return *url* with the scheme that opens it; raises UsageError where that or a wrapper is not installed.

    What stands for a line of a family of console servers becomes one of its ways. An option that they do not have is
    refused. Nothing is opened.
    """
    url = _resolved(url)
    url.unwrapped().allow(*_module("SCHEME", url.scheme).OPTIONS)
    for name in url.wrappers:
        url.wrapping(name).allow(*_module("WRAPPER", name).OPTIONS)
    return url


def _open(url: ConsoleURL, deadline: Deadline, access: Access) -> Transport:
    met = url.scheme
    url = _resolved(url)
    opener = _module("SCHEME", url.scheme)
    wrappers = [(_module("WRAPPER", name), name) for name in reversed(url.wrappers)]
    transport = cast(Transport, opener.open(url.unwrapped(), deadline, access))
    try:
        if met != url.scheme:
            transport = _served(transport, met)
        for module, name in wrappers:
            transport = cast(Transport, module.wrap(transport, url.wrapping(name)))
    except BaseException:
        transport.close()
        raise
    return transport


def _resolved(url: ConsoleURL) -> ConsoleURL:
    """Return the URL that a family of console servers stands for; one of our own schemes is itself."""
    if url.scheme in _installed():
        return url
    from oob.transport import family  # reads data, and reads it with pydantic: only where a URL asks for it

    return family.resolve(url)


def _served(transport: Transport, name: str) -> Transport:
    """Return *transport* with the manners of the family that it was opened by."""
    from oob.transport import family, served  # as in _resolved

    return served.serve(transport, family.families()[name])


@cache
def _installed() -> frozenset[str]:
    return frozenset(info.name for info in pkgutil.iter_modules(oob.transport.__path__))


def _module(kind: str, name: str) -> ModuleType:
    """Return the module of this package that declares itself the *kind* (SCHEME, WRAPPER) called *name*."""
    if name in _installed():
        module = importlib.import_module(f"oob.transport.{name}")
        if getattr(module, kind, None) == name:
            return module
    modules = (importlib.import_module(f"oob.transport.{each}") for each in sorted(_installed()))
    known = [getattr(module, kind) for module in modules if hasattr(module, kind)]
    if kind == "WRAPPER":
        raise UsageError(f"unknown wrapper {name!r}{nearest(name, known)}")
    from oob.transport.family import families  # as in _resolved

    raise UsageError(f"unknown scheme {name!r}{nearest(name, [*known, *families()])}")
