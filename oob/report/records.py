"""The texts that other people's tools ask for: incident, problem and change record, and a post-mortem to begin with."""

from __future__ import annotations

from math import ceil

import oob.recovery.record.events as events
from oob.recovery.record.ending import PUT_BACK, Ending
from oob.report.fields import CAUTION
from oob.report.story import Story

TITLES = {
    "incident": "Incident record",
    "problem": "Problem record",
    "change": "Change record",
    "post_mortem": "Post-mortem, a draft",
}


def records(story: Story) -> dict[str, str]:
    """Return the texts by their titles."""
    return {
        "Incident record": _incident(story),
        "Problem record": _problem(story),
        "Change record": _change(story),
        "Post-mortem, a draft": _post_mortem(story),
    }


def record_fields(story: Story) -> dict[str, str]:
    """Return the fields of the templates that make records for other tools."""
    texts = records(story)
    return {
        "run": story.run,
        "device": story.device,
        "incident": story.incident_id,
        "problem": story.problem_id,
        "change": story.change,
        "status": status(story),
        "impact_minutes": str(impact_minutes(story)),
        "began": story.began,
        "ended": story.ended,
        **{f"{name}_text": texts[title] for name, title in TITLES.items()},
    }


def status(story: Story) -> str:
    """Return the status of the change, in the words of change records."""
    said = {
        Ending.RECOVERED: "Failed - rolled back",
        Ending.UNCHANGED: "Reviewed - nothing was wrong",
        Ending.WAITING: "Failed - rolled back, routes wait for neighbours",
        Ending.PUT_BACK: "Failed - rollback did not work, the state with the change was put back",
    }
    return next((text for ending, text in said.items() if story.card.ending == ending), "Failed - not rolled back")


def impact_minutes(story: Story) -> int:
    """Return the minutes from the beginning of the run to its proof or last line: the impact is at least that long."""
    seconds = story.card.seconds if story.card.to_proof is None else story.card.to_proof
    return ceil(seconds / 60)


def _links(story: Story) -> str:
    known = {"Incident": story.incident_id, "problem": story.problem_id, "change": story.change}
    linked = ", ".join(f"{name} {value}" for name, value in known.items() if value)
    return f"Linked: {linked}." if linked else ""


def _incident(story: Story) -> str:
    proven = f"The recovery took {_minutes(story.card.to_proof)} to proof. {CAUTION}" if story.is_recovered else ""
    lines = [
        _links(story),
        f"{story.device}: {story.state}.",
        f"Trigger: {story.trigger}." if story.trigger else "",
        f"Impact: {f'{story.affects}, ' if story.affects else ''}at least {impact_minutes(story)} minutes.",
        f"Reached over its console ({', '.join(story.paths) or 'no path worked'}), first at {story.began}.",
        _wrong(story),
        f"Restored: configuration {story.target}, routes as in {story.baseline}." if story.is_recovered else "",
        proven,
        *(f"Left to do: {task}" for task in story.left),
    ]
    return "\n".join(line for line in lines if line)


def _problem(story: Story) -> str:
    failed = [f"{one.title}: {one.reason}" for one in story.tried if one.verdict == "failed" and one.phase != PUT_BACK]
    lines = [
        _links(story),
        f"A change to {story.device} ({story.change or 'not named'}) was looked into out of band; nothing was wrong."
        if story.card.ending == Ending.UNCHANGED
        else f"A change to {story.device} ({story.change or 'not named'}) had to be rolled back out of band.",
        _wrong(story),
        *(f"A rollback that did not work: {text}" for text in failed),
        *(f"Noticed on the way: {text}" for text in story.warnings),
        f"The snapshot of the broken state is backup {story.broken}; look there for the cause." if story.broken else "",
    ]
    return "\n".join(line for line in lines if line)


def _change(story: Story) -> str:
    worked = next((one for one in story.tried if one.verdict == "proven" and one.phase != PUT_BACK), None)
    lines = [
        _links(story),
        f"Status: {status(story)}",
        f"Change {story.change or '(not named)'} on {story.device}: {_became(story)}.",
        f"Reason: {story.reason}" if story.reason else "",
        f"How: {worked.title}." if worked else "",
        f"From {story.began} to {story.ended}, run {story.run}.",
        "Verified: configuration, routing table, neighbours and critical addresses, read back from the device."
        if story.is_recovered
        else "",
    ]
    return "\n".join(line for line in lines if line)


def _post_mortem(story: Story) -> str:
    lines = [
        "What happened",
        f"  {_wrong(story) or 'To be filled in.'}",
        f"  The device was back after {_minutes(story.card.to_proof)}."
        if story.is_recovered
        else f"  The run ended so: {story.state}.",
        "What went well",
        *(f"  {one.title}." for one in story.tried if one.verdict == "proven" and one.phase != PUT_BACK),
        "What did not",
        *(f"  {one.title}: {one.reason}" for one in story.tried if one.verdict == "failed"),
        *(f"  {text}" for text in story.warnings),
        f"  The path died or the run was resumed {story.card.interruptions + story.card.resumed} times.",
        *_questions(story),
        "Where we were lucky",
        "  To be filled in.",
        "What made the change look safe at the time",
        "  To be filled in: what the review, the test and the plan could not show. Systems, not people.",
        "What we change",
        "  To be filled in, each with an owner and a date.",
    ]
    return "\n".join(lines)


def _questions(story: Story) -> list[str]:
    """Return the questions of a review, with what the journal answers."""
    late = any(event == events.WINDOW_MISSED for event in story.milestones)
    longer = any(event == events.WINDOW_EXTENDED for event in story.milestones)
    window = "No: missed by half." if late else "Only with an extension." if longer else "Yes."
    return [
        "Was the rollback complete?",
        f"  {'Yes, proven on the device.' if story.is_recovered else f'No: {status(story)}.'}",
        "Was it in the window?",
        f"  {window}",
        "Which side effects did it have?",
        *(f"  {task}." for task in story.left),
        "  To be filled in: sessions, learned routes, data.",
        "What would have found it earlier?",
        "  To be filled in: a check before the change, a figure, an alert.",
        *(("What does the timeline lack?", *(f"  {sentence}" for sentence in story.lacks)) if story.lacks else ()),
    ]


def _became(story: Story) -> str:
    """Return what became of the change."""
    said = {
        Ending.RECOVERED: "rolled back",
        Ending.UNCHANGED: "nothing was wrong, nothing was rolled back",
        Ending.WAITING: "rolled back; the routes wait for neighbours that are down",
        Ending.PUT_BACK: "not rolled back; the state with the change was put back after the attempts",
    }
    return next((text for ending, text in said.items() if story.card.ending == ending), "not rolled back")


def _wrong(story: Story) -> str:
    differing = int(story.found.get("lines_differing", 0))
    silent, lost = story.found.get("silent", ()), story.found.get("lost", ())
    parts = [
        f"{differing} lines of the configuration differed" if differing else "",
        "the routing table differed" if (story.found.get("routes") or {}).get("equal") is False else "",
        f"not back were {', '.join(lost)}" if lost else "",
        f"no answer came from {', '.join(silent)}" if silent else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return "an unknown time"
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"
