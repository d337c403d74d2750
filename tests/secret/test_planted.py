"""A secret planted in any statement of any platform leaves no layer that writes or says something."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oob.clock import Clock
from oob.console.transcript import Transcript
from oob.errors import DeviceError
from oob.events import Events
from oob.profile.store import load, platforms
from oob.recovery.record import events
from oob.recovery.record.journal import Journal, read
from oob.recovery.record.record import Record
from oob.report.page import html, markdown
from oob.report.story import tell
from oob.secret.masking import Masker, mask_answer
from tests.secret.test_statements import SAMPLES, statements

PLATFORMS = [name for name in platforms() if statements(name)]
# What devices put around a line that they quote when they refuse it.
QUOTES = (
    "Failed to apply command  {}",
    "Failed to apply command   {}\n",
    "% Invalid input detected at line 3: {}",
    "Syntax error while parsing '{}'",
    'ERROR: command "{}" refused',
    "!!  SYNTAX/AUTHORIZATION ERRORS\n {}",
    "  -> {}",
)
STEP = {"phase": "do", "number": 1, "strategy": "s", "index": 0, "reboots": False, "arms": False}
# The letters that neither words of a statement nor encodings are made of.
SECRET = "ZqMlQyaaAFy4AeVfQft8ff"
SECRETS = st.from_regex(r"Zq[A-Za-z0-9]{8,20}", fullmatch=True)


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw a platform, a statement of it with a secret in it, and the secret."""
    platform = draw(st.sampled_from(PLATFORMS))
    # A line of the shadow file is known by the form of its hash.
    line = draw(st.sampled_from([each for each in statements(platform) if ":19000:" not in each]))
    secret = draw(SECRETS)
    return platform, re.sub("«[^»]*»", secret, line), secret


def masker_of(platform: str) -> Masker:
    profile = load(platform)
    return Masker((), profile.secrets, profile.console.notices)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_answer_that_quotes_any_statement_does_not_show_the_secret(platform: str) -> None:
    rules = load(platform).secrets
    lines = [re.sub("«[^»]*»", SECRET, line) for line in statements(platform) if ":19000:" not in line]
    shown = [
        answer for line in lines for quote in QUOTES if SECRET in (answer := mask_answer(quote.format(line), rules))
    ]
    assert not shown


@settings(max_examples=30, deadline=None, derandomize=True)  # files are synced to the disk
@given(planted(), st.sampled_from(QUOTES), st.integers(1, 200))
def test_a_failed_act_leaves_the_secret_out_of_journal_report_and_events(
    planted: tuple[str, str, str], quote: str, size: int
) -> None:
    platform, line, secret = planted
    answer = mask_answer(quote.format(line), load(platform).secrets)
    said: list[str] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        masker = masker_of(platform)
        listeners = Events()
        listeners.subscribe(lambda event: said.append(f"{event.text} {event.data}"))
        with Journal.create(folder, run="r1", operator="ada", device="edge1", masker=masker) as journal:
            record = Record(journal, listeners, masker, Clock())
            error = DeviceError(f"it said {answer!r}", answer=quote.format(line))
            with pytest.raises(DeviceError), record.act(events.STEP, "paste", marks=STEP):
                raise error
            entries = read(folder / "journal.jsonl").entries
        story = tell(entries)
        with Transcript(folder, "session", masker) as tape:
            data = f"edge1#show run\r\n{line}\r\nedge1#".encode()
            for start in range(0, len(data), size):
                tape.received(data[start : start + size])
        written = "".join(path.read_text() for path in folder.iterdir() if path.is_file())
        everything = [written, html(story), markdown(story), *said, json.dumps([str(error)])]
    assert not any(secret in text for text in everything)


@pytest.mark.parametrize("platform", platforms())
def test_an_answer_of_every_statement_at_once_keeps_its_lines_and_hides_each_secret(platform: str) -> None:
    text = (SAMPLES / f"{platform}.txt").read_text()
    masked = mask_answer(re.sub("[«»]", "", text), load(platform).secrets)
    for line, shown in zip(text.split("\n"), masked.split("\n"), strict=True):
        assert not any(secret in shown for secret in re.findall("«([^»]{6,})»", line))
