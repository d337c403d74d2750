"""A figure of the impact on users that the home gives: by a query, a URL whose answer is a number, or a command."""

from __future__ import annotations

import ipaddress
import math
import subprocess
from typing import Annotated, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from oob.child import environment
from oob.errors import UsageError
from oob.fault import unreadable

LARGEST = 4_000_000  # bytes of an answer
SAID = 100  # characters of an answer without a number


def direct_url(text: str) -> str:
    """Return *text*, a URL with an IP address; raises ValueError otherwise: tonight no name may be resolved."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is not a URL such as http://192.0.2.30:9090")
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        raise ValueError(f"{parts.hostname!r} is a name: write its IP address, which needs no DNS") from None
    return text.rstrip("/")


def fetched(url: str, timeout: float, most: int = LARGEST) -> bytes:
    """Return the answer of *url*, *most* bytes of it, asked without a proxy: that is one more name to resolve.

    Raises HTTPError where the server refuses, which is for the caller to close, and OSError with the plain reason.
    """
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=timeout) as answer:
            return bytes(answer.read(most))
    except HTTPError:
        raise
    except URLError as error:
        reason = error.reason
        raise OSError(unreadable(reason) if isinstance(reason, Exception) else str(reason)) from error


class GivenFigure(BaseModel):
    """Where a figure comes from, its *baseline*, its *unit*, and whether it *rises* when users are worse off."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    query: str = ""
    url: Annotated[str, AfterValidator(lambda text: text and direct_url(text))] = ""
    command: tuple[str, ...] = ()
    baseline: Annotated[float, Field(ge=0)]
    unit: str = ""
    rises: bool = False

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if sum(map(bool, (self.query, self.url, self.command))) != 1:
            raise ValueError("one of query, url and command is needed")
        return self

    def value(self, timeout: float) -> float:
        """Return what URL or command says; raises UsageError where that is not a number."""
        try:
            said = fetched(self.url, timeout) if self.url else self._printed(timeout)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            where = self.url or self.command[0]
            why = unreadable(error) if isinstance(error, OSError) else str(error)
            raise UsageError(f"{where}: cannot be read: {why[:SAID]}") from error
        text = said.decode(errors="replace").strip()
        try:
            found = float(text)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            raise UsageError(f"{self.url or self.command[0]}: not a number: {text[:SAID]!r}")
        return found

    def _printed(self, timeout: float) -> bytes:
        done = subprocess.run(
            self.command, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=True, env=environment()
        )
        return done.stdout[:LARGEST]
