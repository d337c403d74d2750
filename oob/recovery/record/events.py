"""Every event of a run, declared once: its name, the keys that it carries, its tone and its milestone.

To write one: `record.note(events.TIMER_ARMED, text, deadline=...)`, or for an act that is announced before it is done
`with record.act(events.STEP, text): ...`, which writes `STEP.started` and then `STEP.finished`, `.failed` or
`.interrupted`. To read one: `entry.event == events.RUN_FINISHED`; `named(entry.event)` gives the declaration of a line,
with its tone and milestone, also for a name unknown to this version.

Journals are read for years: never change a name, only stop writing it. `RunState.apply` in `run_state` decides what an
event does to the state of a run, and nothing else does.
"""

from __future__ import annotations

from oob.events import LOWER, Act, EventName, Tone

_ATTEMPT = "phase number strategy"
_PROOF = (
    "target baseline proven lines lines_differing tolerated routes routes_problem silent lost timer rounds seconds"
    " waiting expected"
)

# --- a run

RUN_STARTED = EventName("run.started", Tone.HEADING, marks="target baseline choices platform tier", fields="contacts")
RUN_RESUMED = EventName("run.resumed", Tone.HEADING, fields="torn", milestone="the run is resumed")
RUN_FINISHED = EventName("run.finished", marks="exit_code ending", fields="left outcome")
RUN_STOPPED = EventName("run.stopped", Tone.FAIL, marks="exit_code", fields="kind said")
RUN_INTERRUPTED = EventName("run.interrupted", Tone.FAIL)
LINE_COUNTED = EventName("line.counted", marks="bytes_in bytes_out lines")
PART_INTERRUPTED = EventName("part.interrupted", Tone.FAIL)
JOURNAL_ANCHORED = EventName("journal.anchored", Tone.NOTE, fields="lines head")

APPROVAL_REQUESTED = EventName("approval.requested", Tone.NOTE, fields="sha256")
AUTHORITY_GIVEN = EventName("authority.given", Tone.NOTE, marks="persons approved")
AUTHORITY_CONFIRMED = EventName("authority.confirmed", Tone.NOTE, marks="persons approved")
CONFIRMATION = Act.declare("confirmation")
QUESTION = Act.declare(
    "question", starts="silence", ends="reply by", on_start="a person is asked; the run waits for the reply"
)

# --- before anything is changed

BACKUPS = Act.declare("backups", ends="target baseline", is_quiet=True)
HAZARDS_FOUND = EventName("hazards.found", Tone.NOTE, fields="hazards")
IDENTIFY = Act.declare(
    "identify", ends="hostname serial version model uptime clock zone fingerprint heard uptime_seconds"
)
CLOCK_COMPARED = EventName("clock.compared", Tone.NOTE, fields="seconds")
PRESERVE = Act.declare("preserve", marks="backup", milestone="the snapshot of the broken state is kept")
DIFFERENCE = EventName("difference", fields=_PROOF)
PREFLIGHT = Act.declare("preflight", marks="checkpoints unmet")
PATH_TRIED = EventName("path.tried", fields="problem")
TRIAL = Act.declare("trial", ends="refused")
PLAN_MADE = EventName("plan.made", fields="plan")
IMPACT = EventName("impact", Tone.NOTE, marks="devices prefixes users", fields="places")
ERROR_RATE = EventName("error_rate", Tone.NOTE, marks="error_rate")
FIGURES_READ = EventName("figures.read", fields="figures")
WINDOW_OPENED = EventName("window.opened", Tone.NOTE, fields="until")
WINDOW_EXTENDED = EventName("window.extended", Tone.WARN, fields="until before reason percent")
WINDOW_MISSED = EventName("window.missed", Tone.WARN, fields="until")
HEARTBEAT = EventName("run.heartbeat", Tone.NOTE, fields="next_in")

# --- an attempt

ATTEMPT_STARTED = EventName("attempt.started", Tone.HEADING, marks=_ATTEMPT, fields="expected")
ATTEMPT_INTERRUPTED = EventName("attempt.interrupted", marks=_ATTEMPT, fields="kind")
ATTEMPT_FOUND = EventName("attempt.found", Tone.NOTE, marks=_ATTEMPT, fields="where")
ATTEMPT_JUDGED = EventName(
    "attempt.judged",
    Tone.FAIL,
    marks=_ATTEMPT,
    fields="failure",
    milestone="an attempt did not work and is reverted",
)
ATTEMPT_WAITING = EventName(
    "attempt.waiting", Tone.WARN, marks=_ATTEMPT, fields="routes neighbours", milestone="a neighbour is down"
)
ATTEMPT_ENDED = EventName("attempt.ended", marks=f"{_ATTEMPT} verdict")
ATTEMPT_SKIPPED = EventName("attempt.skipped", Tone.SKIP, marks="strategy", fields="title phase")
STEP = Act.declare(
    "step", marks=f"{_ATTEMPT} index reboots arms before", starts="commands", ends="printed resent refused answers"
)
STEP_SHOWN = EventName("step.shown", Tone.NOTE, marks=_ATTEMPT, fields="index")
TIMER_ARMED = EventName("timer.armed", Tone.WAIT, marks=_ATTEMPT, fields="deadline")
TIMER_ABSENT = EventName("timer.absent", Tone.WARN, marks=_ATTEMPT)
TIMER_AWAITED = EventName("timer.awaited", Tone.WAIT, marks=_ATTEMPT)
PROOF = Act.declare("proof", marks=_ATTEMPT, ends=_PROOF)
CONFIRM = Act.declare("confirm", marks=_ATTEMPT, milestone="the device has confirmed the change")
REVERT = Act.declare("revert", marks=_ATTEMPT, milestone="the device has reverted the attempt")
ABANDON = Act.declare("abandon", marks=_ATTEMPT)

# --- after the attempts

SAVE = Act.declare("save", milestone="the configuration is saved")
TIDY = Act.declare("tidy", failure=Tone.WARN)
PUTBACK_STARTED = EventName(
    "putback.started", Tone.HEADING, milestone="no attempt worked; the broken state is put back"
)
PUTBACK_ENDED = EventName("putback.ended", Tone.NOTE, fields="proven", milestone="put back")
AFTER_STARTED = EventName("after.started", Tone.WAIT)
AFTER_CHECKED = EventName("after.checked", Tone.NOTE, marks="standing", fields="why")
AFTER_FINISHED = EventName("after.finished", Tone.OK, marks="wrong")
GUARD_LOOKED = EventName("guard.looked", Tone.NOTE, fields="answer")
GUARD_TRIGGERED = EventName("guard.triggered", Tone.WARN)
GUARD_REPLIED = EventName("guard.replied", Tone.WARN)
WATCH_STARTED = EventName("watch.started", Tone.WAIT)
WATCH_LOOKED = EventName("watch.looked", fields="proven")
WATCH_FINISHED = EventName("watch.finished", Tone.OK, marks="stable", fields="looks")

# --- readings, for backups and proofs

READING_EXPECTED = EventName("reading.expected", fields="seconds")
READING_CONFIGURATION = EventName("reading.configuration", Tone.WAIT, fields="seconds", part=True)
READING_ROUTES = EventName("reading.routes", Tone.WAIT, fields="seconds", part=True)
READING_NEIGHBOURS = EventName("reading.neighbours", Tone.WAIT, fields="seconds", part=True)
READING_HEALTH = EventName("reading.health", Tone.WAIT, part=True)
READING_DOUBT = EventName("reading.doubt", Tone.WARN)
READING_OPAQUE = EventName("reading.opaque", Tone.WARN)
READING_UNVERIFIED = EventName("reading.unverified", Tone.WARN)
PROOF_CONFIGURATION = EventName("proof.configuration", Tone.WAIT, fields="seconds", part=True)
PROOF_ROUTES = EventName("proof.routes", Tone.WAIT, fields="seconds", part=True)
PROOF_NEIGHBOURS = EventName("proof.neighbours", Tone.WAIT, fields="seconds", part=True)
PROOF_PING = EventName("proof.ping", Tone.WAIT, part=True)
PROOF_WAITING = EventName("proof.waiting", Tone.WAIT, fields="left missing expected", part=True)
HEALTH_NEIGHBOURS = EventName("health.neighbours")
HEALTH_GATEWAY = EventName("health.gateway")
HEALTH_PATHS = EventName("health.paths")

# --- a fleet: the lines of its own journal, each device's run has another

FLEET_STARTED = EventName("fleet.started", Tone.HEADING, marks="plan devices waves", fields="rules caps jobs given")
FLEET_RESUMED = EventName("fleet.resumed", Tone.HEADING, marks="round", fields="torn")
WAVE_STARTED = EventName("wave.started", Tone.HEADING, marks="wave devices")
MEMBER_BEGUN = EventName("member.begun", Tone.WAIT, marks="member wave round run")
MEMBER_ENDED = EventName("member.ended", marks="member wave round run ending exit_code", fields="seconds worker")
MEMBER_SKIPPED = EventName("member.skipped", Tone.SKIP, marks="member wave", fields="by")
MEMBER_CHECKED = EventName("member.checked", Tone.NOTE, marks="member agree asked", fields="neighbours")
WAVE_ENDED = EventName("wave.ended", Tone.NOTE, marks="wave recovered waiting failed unknown skipped")
FLEET_HALTED = EventName("fleet.halted", Tone.FAIL, fields="why")
FLEET_PAUSED = EventName("fleet.paused", Tone.WAIT, fields="by why")
FLEET_CONTINUED = EventName("fleet.continued", Tone.NOTE, fields="by agreed")
FLEET_FINISHED = EventName("fleet.finished", marks="exit_code recovered waiting failed unknown skipped left")

_OWN = tuple(
    event
    for declared in list(globals().values())
    for event in (declared.events if isinstance(declared, Act) else (declared,))
    if isinstance(event, EventName)
)
DECLARED = {str(event): event for event in (*LOWER, *_OWN)}

# The first line of the next process in a journal: monotonic clocks before and after it cannot be compared.
NEXT_PROCESS = frozenset({RUN_RESUMED, AFTER_STARTED, WATCH_STARTED})
RUN_ENDS = frozenset({RUN_FINISHED, RUN_STOPPED, RUN_INTERRUPTED})


def named(name: str) -> EventName:
    """Return the declaration of the event *name*; an event unknown to this version is not shown."""
    return DECLARED.get(name) or EventName(name)
