"""scrapli on any console path: its core takes no transport from outside, but it does start a program."""

from __future__ import annotations

import sys

from scrapli import TransportBinOptions

RELAY = "oob.adapters.relay"


def transport_options(url: str, *, platform: str = "") -> TransportBinOptions:
    """Return what scrapli's `Cli` takes as `transport_options` to talk over the console behind *url*.

    scrapli logs in itself. With *platform* oob does, as `OOB_USERNAME`, `OOB_PASSWORD` and `OOB_ENABLE` say, and leaves
    the console as it was found.
    """
    arguments = [sys.executable, "-m", RELAY, url, *([platform] if platform else [])]
    return TransportBinOptions(bin=sys.executable, override_open_args=arguments)
