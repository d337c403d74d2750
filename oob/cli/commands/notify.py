"""`oob notify`: the channels that are told what a recovery does."""

from __future__ import annotations

import click

from oob.cli.columns import table
from oob.cli.operator import operator
from oob.cli.options import CommandGroup, Settings, common, shared
from oob.errors import NotProven, UsageError
from oob.fault import nearest

HEADING = ("CHANNEL", "RESULT")


@click.group("notify", cls=CommandGroup)
@shared
def command() -> None:
    """Test the channels of notify.yaml, which are told what a recovery does."""


@command.command("test")
@common
@click.argument("names", metavar="[CHANNEL]...", nargs=-1)
def test(settings: Settings, names: tuple[str, ...]) -> int:
    """Send a test message to each CHANNEL of notify.yaml, or to all; say which did not take it.

    The message says that it is a test, and who sent it. Exit code 1 where one was not delivered.
    """
    from oob.report.channel import channels
    from oob.report.fields import lacking, templates

    known = channels(settings.home.notify)
    if not known:
        raise UsageError(f"{settings.home.notify}: there is no channel; oob docs messages shows how one is written")
    for name in names:
        if name not in known:
            raise UsageError(f"{name}: there is no such channel{nearest(name, known)}")
    for text in lacking(templates(settings.home.path)):
        settings.note(f"oob: WARN the message {text}, which the rollback guides ask for (messages.yaml)")
    results = deliver_test(settings, {name: known[name] for name in names or known})
    rows = [(name, why or "delivered") for name, why in results.items()]
    document = [{"channel": name, "delivered": not why, "reason": why} for name, why in results.items()]
    settings.answer(document, table(HEADING, rows))
    return NotProven.exit_code if any(results.values()) else 0


def deliver_test(settings: Settings, urls: dict[str, str]) -> dict[str, str]:
    """Send the test message; return by channel why it was not delivered. With --json nothing goes to stdout."""
    from datetime import UTC, datetime

    from oob.report.trial import deliver, test_message

    if settings.as_json:
        urls = {name: url for name, url in urls.items() if not url.startswith("stdout")}
    return deliver(urls, test_message(operator(), datetime.now(UTC)))
