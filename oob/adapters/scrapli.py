"""scrapli on any console path: its core takes no transport from outside, but it does start a program."""

from __future__ import annotations

import sys

from scrapli import TransportBinOptions

from oob.inventory.device import Expect

RELAY = "oob.adapters.relay"


def transport_options(url: str, *, platform: str = "", expect: Expect | None = None) -> TransportBinOptions:
    """Return what scrapli's `Cli` takes as `transport_options` to talk over the console behind *url*.

    scrapli logs in itself. With *platform* oob does, as `OOB_USERNAME`, `OOB_PASSWORD` and `OOB_ENABLE` say, and leaves
    the console as it was found; *expect* is who the device must be.
    """
    arguments = [sys.executable, "-m", RELAY, url, *([platform] if platform else [])]
    if platform and expect:
        arguments += [expect.serial, expect.hostname, *expect.aliases]
    return TransportBinOptions(bin=sys.executable, override_open_args=arguments)
