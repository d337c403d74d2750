"""The hand-over note of a run, on one page of text."""

from __future__ import annotations

from collections.abc import Iterator

from oob.printable import one_line
from oob.report.story import Story


def hand_off(story: Story) -> str:
    """Return the note for the next person, in Markdown, made from what the run's journal tells."""
    return "".join(f"{one_line(line)}\n" for line in _lines(story))


def _lines(story: Story) -> Iterator[str]:
    yield f"# {story.device}: handed over after run {story.run}"
    yield ""
    yield f"State: {story.state}."
    yield f"Worked on by {', '.join(story.operators)}." if story.operators else "Nobody is named in the journal."
    if story.change or story.reason:
        yield f"Because of {'; '.join(filter(None, (story.change, story.reason)))}."
    if story.target:
        done = "Restored" if story.is_restored else "NOT restored"
        yield f"{done}: backup {story.target}; routes are compared with {story.baseline}."
    if story.broken and story.is_restored:
        yield f"The snapshot of the broken state is backup {story.broken}: `oob recover --to {story.broken}` undoes it."
    yield from _part("Not as it should be", [f"{p.text}: {p.why or 'no'}" for p in story.after if p.standing == "no"])
    yield from _part("Nobody has looked at", [point.text for point in story.after if point.standing == "not looked at"])
    yield from _part("Left to do", list(story.left))
    yield from _part("Warnings", list(story.warnings))
    yield from _part(
        "Next",
        [
            f"`oob after {story.run}` goes through the list again",
            f"`oob watch {story.run}` sees that it stays as it is",
            f"`oob report {story.run}` has the whole story; the journal ends with {story.last_hash[:12]}",
        ],
    )


def _part(title: str, points: list[str]) -> Iterator[str]:
    if points:
        yield ""
        yield f"## {title}"
        yield ""
        yield from (f"- {point}" for point in points)
