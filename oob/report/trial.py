"""A test message to every channel, so that a wrong address is found before the night on which it counts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from datetime import datetime

from oob.deadline import Deadline
from oob.errors import UsageError
from oob.report.channel import Send, fault, sender
from oob.report.messages import Message

PATIENCE = 15.0  # seconds for all channels
NOT_TAKEN = "it did not take the message: is the address right, and reachable from here?"


def test_message(by: str, now: datetime) -> Message:
    """Return the message that says it is only a test, and who sent it."""
    text = f"{by} is testing this channel; nothing has happened and nothing is to be done"
    return Message(
        number=0, utc=now.isoformat(), run="none", device=socket.gethostname(), kind="test", text=text, head=""
    )


def deliver(urls: Mapping[str, str], message: Message, *, seconds: float = PATIENCE) -> dict[str, str]:
    """Send *message* to the channels in *urls* at once; return by name why it was not delivered, empty where it was.

    The reasons hold nothing of the URLs, which may hold secrets.
    """
    reasons: dict[str, str] = {}
    threads = []
    for name, url in urls.items():
        if why := fault(url):
            reasons[name] = why
            continue
        reasons[name] = f"no answer within {seconds:g} s"
        work = threading.Thread(target=_try, args=(name, url, message, reasons), name=f"test of {name}", daemon=True)
        work.start()
        threads.append(work)
    deadline = Deadline(seconds)
    for work in threads:
        work.join(deadline.remaining())
    return dict(reasons)


def _try(name: str, url: str, message: Message, reasons: dict[str, str]) -> None:
    try:
        send: Send = sender(url)
        reasons[name] = "" if send(message) else NOT_TAKEN
    except UsageError as error:
        reasons[name] = str(error)
    except Exception:  # whatever a channel raises, it has not been sent
        reasons[name] = NOT_TAKEN
