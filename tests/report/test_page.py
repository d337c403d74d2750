"""The report of a run: whole from the journal alone, and nothing in it is taken for markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from oob.errors import JournalError
from oob.report.account import figures, levels, sentences
from oob.report.axis import MOST, ticks
from oob.report.page import html, markdown
from oob.report.sides import sections
from oob.report.story import Story, tell
from tests.report.journals import Writer

HOSTILE = "<script>alert('x')</script> `|` [a](javascript:x)"


def recovery(folder: Path, text: str = "show version", run: str = "20260304-120000Z-abcd") -> Writer:
    writer = Writer(folder, run=run)
    found = {"lines": [{"kind": "missing", "parents": ["interface Gi1"], "line": text}], "lines_differing": 1}
    rest = {"tolerated": [], "routes_problem": "", "silent": ["10.0.12.2"], "lost": [text]}
    routes = {"equal": False, "lines": [f"- {text}"]}
    attempt = {"phase": "recover", "number": 1, "strategy": "archive"}
    other = {"phase": "recover", "number": 2, "strategy": "backup"}
    choices = {"change": "CHG7", "reason": text}
    writer.at(0, "run.started", "recover edge1", target="b1", baseline="b1", platform="cisco_ios", choices=choices)
    writer.at(1, "reach.started", "reach the console")
    writer.at(4, "reach.finished", "reach the console", data={"seconds": 3.0})
    writer.at(5, "preserve.finished", "keep it", backup="b2", data={"seconds": 1.0})
    writer.at(6, "difference", "what is wrong", data={**found, **rest, "routes": routes})
    writer.at(7, "attempt.started", "the newest archive", **attempt)
    writer.at(8, "step.started", "replace", **attempt, data={"commands": [text], "expected": 10})
    writer.at(9, "step.failed", "refused " + text, **attempt, data={"seconds": 1.0, "printed": f"first {text}\nlast"})
    writer.at(10, "attempt.ended", "the device refused " + text, **attempt, verdict="failed")
    writer.at(11, "attempt.skipped", "not allowed", strategy="startup", data={"title": "reload", "phase": "recover"})
    writer.at(12, "attempt.started", "bring the backup", **other)
    writer.at(90, "attempt.ended", "the recovery is proven", **other, verdict="proven")
    writer.at(91, "warning", "mind " + text)
    writer.at(92, "run.finished", "recovered and proven", exit_code=0, data={"left": []})
    return writer


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return tell(recovery(tmp_path).entries())


class Elements(HTMLParser):
    """Everything that a browser would see as an element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_story_has_what_was_tried_and_how_long_acts_took(story: Story) -> None:
    assert [(one.strategy, one.verdict) for one in story.tried] == [
        ("archive", "failed"),
        ("startup", "left out"),
        ("backup", "proven"),
    ]
    reach = next(moment for moment in story.timeline if moment.what == "reach the console")
    assert (reach.since, reach.seconds, reach.result) == (1.0, 3.0, "done")
    failed = next(moment for moment in story.timeline if moment.result == "failed")
    assert failed.commands == ("show version",)
    assert story.is_recovered
    assert (story.broken, story.change) == ("b2", "CHG7")


@pytest.mark.parametrize("make", [html, markdown])
def test_a_report_holds_timeline_differences_proof_links_and_record_texts(story: Story, make: object) -> None:
    assert callable(make)
    text = make(story, ["console-1.log"])
    for wanted in ("12:00:07", "bring the backup", "interface Gi1", "show version", "console-1.log", story.last_hash):
        assert wanted in text
    for title in ("Incident record", "Problem record", "Change record", "Post-mortem, a draft"):
        assert title in text
    assert "1 lines of the configuration differed" in text
    assert "is not undone by it" in text


def test_the_page_needs_nothing_else_and_runs_nothing(story: Story) -> None:
    elements = Elements(html(story, ["console-1.log"]))
    assert elements.links == ["#main", "console-1.log"]
    assert not {"script", "img", "link", "iframe"} & set(elements.tags)


def test_text_from_a_device_is_never_markup(tmp_path: Path) -> None:
    story = tell(recovery(tmp_path, HOSTILE).entries())
    assert "script" not in Elements(html(story)).tags
    assert "&lt;script&gt;" in html(story)
    outside_code = re.sub(r"(?m)^    .*$|(`+) .*? \1", "", markdown(story))
    assert "<script>" not in outside_code


def test_the_post_mortem_names_no_person(story: Story) -> None:
    draft = markdown(story).partition("## Post-mortem")[2]
    assert not re.search(r"\b(?:ada|bob)\b", draft.partition("Made from")[0], re.IGNORECASE)


def test_a_damaged_journal_gives_the_story_up_to_the_damage(tmp_path: Path) -> None:
    entries = recovery(tmp_path).entries()[:4]
    story = tell(entries, gap="line 5 is damaged")
    assert story.state.startswith("unfinished")
    assert "line 5 is damaged" in html(story)
    assert "line 5 is damaged" in markdown(story)
    with pytest.raises(JournalError, match="line 1"):
        tell((), gap="line 1 is damaged")


def test_the_whole_answer_to_what_failed_is_on_the_page(story: Story) -> None:
    text = markdown(story)
    assert text.index("first ") < text.index("last") < text.index("Attempts to recover")
    assert "first show version\nlast" in html(story)


def test_the_top_says_change_effect_and_recovery_and_three_numbers(story: Story) -> None:
    change, effect, recovery_sentence = sentences(story)
    assert change == "Change CHG7 left 1 lines of edge1 different from its known-good configuration."
    assert effect == "1 neighbours or interfaces were down, 1 critical addresses did not reply."
    assert "after 1 attempt that did not work" in recovery_sentence
    console, proof, impacted = figures(story)
    assert (console.value, console.is_kept) == ("4 s", True)
    assert (proof.value, proof.is_kept) == ("90 s", True)
    assert impacted.value == "not measured"


def test_a_level_that_was_not_read_is_not_called_proven(story: Story) -> None:
    found = {level.name: level.state for level in levels(story)}
    assert found["configuration"] == "differs"
    assert found["the service as its users see it"] == "not looked at"


def test_lines_side_by_side_pair_what_is_extra_with_what_is_missing() -> None:
    lines = [
        {"kind": "missing", "parents": ["interface Gi2"], "line": "ip address 10.0.13.1 255.255.255.252"},
        {"kind": "missing", "parents": [], "line": "ip route 0.0.0.0 0.0.0.0 10.0.0.1"},
        {"kind": "extra", "parents": ["interface Gi2"], "line": "ip address 10.0.31.1 255.255.255.252"},
        {"kind": "moved", "parents": [], "line": "permit any"},
    ]
    first, second = sections(lines)
    assert (first.title, second.title) == ("interface Gi2", "top level")
    assert [(row.found, row.wanted) for row in first.rows] == [
        ("ip address 10.0.31.1 255.255.255.252", "ip address 10.0.13.1 255.255.255.252")
    ]
    assert second.rows[0].found == ""
    assert "another order" in second.rows[1].wanted


@pytest.mark.parametrize("total", [0.0, 0.4, 37.0, 300.0, 86_400.0, 10_000_000.0])
def test_an_axis_has_few_ticks_and_none_beyond_its_end(total: float) -> None:
    found = ticks(total)
    assert found[0] == (0.0, "0 s")
    assert max(at for at, _ in found) <= 100
    assert len(found) <= MOST + 1
