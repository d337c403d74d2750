"""The plan of a recovery: the attempts in their order, the reason and the duration of each. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from oob.backup.folder import CONFIGURATION, CONFIGURATION_SET, NEIGHBOURS_TEXT, ROUTES_TEXT, Backup
from oob.backup.manifest import Manifest
from oob.device.carry import carried
from oob.device.checkpoint import Checkpoint
from oob.device.values import Values, md5_on_device
from oob.errors import DataError, DeviceError
from oob.profile.model import Profile, Step, Strategy
from oob.profile.wording import answers, pressed
from oob.recovery.ladder.bring import texts
from oob.recovery.ladder.difference import differences, kept_like
from oob.recovery.ladder.speed import Speed

RUN = "RUN"  # stands for the run's id until there is one
RESTARTS = frozenset({"startup", "boot"})
PROMPT_BYTES = 20
CONVERGE = 60.0
NONE = Checkpoint(name="")
MARGIN = 45.0
PROOF_COMMANDS = (
    6  # of a proof: the configuration twice or with its hash, the timer before and behind, and to confirm it
)

WHY = {
    "checkpoint": "already on the device, so nothing has to cross the line",
    "older-checkpoint": "for the case that the newest checkpoint was made after the change",
    "backup": "loads the known-good configuration itself, checked on the device before use",
    "surgical": "changes only the lines that differ, for a device that refuses to replace",
    "startup": "the start-up configuration; needs a reload of the device",
    "boot": "for a device that no longer boots",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One act: the *commands* as sent, in *state* where the console has to change to it.

    *answers* has a line for each question that the device may ask.
    """

    about: str
    commands: tuple[str, ...]
    answers: tuple[str, ...]
    state: str
    seconds: float
    changes: bool
    reboots: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A rung of the ladder. *target* is the backup that it is judged by; *skipped* says why it is skipped."""

    number: int
    strategy: str
    rung: str
    title: str
    why: str
    target: str
    checkpoint: str = ""
    armed: bool = False
    minutes: int = 0
    steps: tuple[PlannedStep, ...] = ()
    seconds: float = 0.0
    skipped: str = ""

    @property
    def reboots(self) -> bool:
        """Tell whether it reloads the device."""
        return any(step.reboots for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The ladder for one device. *seconds* of parts are expected at *speed*; *warnings* stop nothing.

    *closing_seconds* are those of confirming and saving a proven attempt.
    """

    device: str
    platform: str
    target: str
    baseline: str
    observed: str
    speed: Speed
    attempts: tuple[Attempt, ...]
    preserve_seconds: float
    proof_seconds: float
    closing_seconds: float
    warnings: tuple[str, ...] = ()

    @property
    def to_try(self) -> tuple[Attempt, ...]:
        """The attempts that are not skipped, in their order."""
        return tuple(attempt for attempt in self.attempts if not attempt.skipped)

    @property
    def best_seconds(self) -> float:
        """The seconds until the proof where the first attempt works."""
        return self.preserve_seconds + sum(attempt.seconds + self.proof_seconds for attempt in self.to_try[:1])

    @property
    def worst_seconds(self) -> float:
        """The seconds until the proof where only the last attempt works."""
        return self.preserve_seconds + sum(attempt.seconds + self.proof_seconds for attempt in self.to_try)

    @property
    def window_minutes(self) -> int:
        """The minutes that the whole ladder takes where only its last attempt works."""
        return round(self.worst_seconds / 60) + 1

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """The inputs of a plan. *observed* is the broken state and *checkpoints* are newest first; both are None before
    the device is read. *unmet* gives the reason why a strategy cannot work here, *converge* is how many seconds
    routes may take to return, *reply* how many a person has for confirming a proven change."""

    profile: Profile
    target: Backup
    baseline: Backup
    speed: Speed
    observed: Backup | None = None
    checkpoints: tuple[Checkpoint, ...] | None = None
    unmet: Mapping[str, str] = field(default_factory=dict)
    run: str = RUN
    allow_reload: bool = False
    rungs: tuple[str, ...] = ()
    addresses: int = 0
    converge: float = CONVERGE
    reply: float = 0.0

    @property
    def is_configuration_right(self) -> bool:
        """Tell whether the device has been read and its configuration does not differ from the target."""
        if self.observed is None:
            return False
        observed = kept_like(self.profile, self.target, self.observed)
        return not differences(self.profile, self.target.configuration, observed)


def plan(inputs: PlanInputs, *, warnings: Sequence[str] = ()) -> Plan:
    """Return the ladder of the platform for *inputs*; only the rungs in *rungs*, where any are given."""
    proof = _proof_seconds(inputs)
    minutes = _minutes(inputs.profile, proof, inputs.converge + inputs.reply)
    chosen = [
        (name, strategy)
        for name, strategy in inputs.profile.strategies.items()
        if not inputs.rungs or strategy.rung in inputs.rungs
    ]
    attempts = tuple(
        _attempt(inputs, number, name, strategy, minutes) for number, (name, strategy) in enumerate(chosen, 1)
    )
    return Plan(
        device=inputs.target.manifest.device,
        platform=inputs.profile.platform,
        target=inputs.target.manifest.id,
        baseline=inputs.baseline.manifest.id,
        observed=inputs.observed.manifest.id if inputs.observed else "",
        speed=inputs.speed,
        attempts=attempts,
        preserve_seconds=_preserve_seconds(inputs),
        proof_seconds=proof,
        closing_seconds=_closing_seconds(inputs),
        warnings=(*filter(None, [undrilled(inputs.profile)]), *warnings),
    )


def untypable(manifest: Manifest) -> str:
    """Return why the configuration of a backup must not be typed: the line may have garbled it; "" where it may."""
    if "configuration" not in manifest.unverified:
        return ""
    return f"the configuration of backup {manifest.id} was not verified (no two readings agreed), so it is not typed"


def undrilled(profile: Profile) -> str:
    """Return that rollback of this platform is known from documents only; "" where it was drilled."""
    if profile.standing == "drilled" or not profile.strategies:
        return ""
    return f"rolling {profile.title} back was never drilled: commands and expected answers come from documents only"


def values(inputs: PlanInputs, attempt: Attempt, running: str | None) -> Values:
    """Return the values of the placeholders of the attempt's steps; raises DataError where a text cannot be made."""
    strategy = inputs.profile.strategies[attempt.strategy]
    brought = texts(inputs.profile, strategy, inputs.target, running)
    named = words(inputs, attempt)
    if "config" in brought:
        named["md5"] = md5_on_device(brought["config"])
    return Values(words=named, texts=brought)


def words(inputs: PlanInputs, attempt: Attempt) -> dict[str, str]:
    """Return the values of the placeholders of steps that bring no text to the device."""
    return {
        **places(inputs),
        "checkpoint": attempt.checkpoint,
        "minutes": str(attempt.minutes),
        "seconds": str(attempt.minutes * 60),
        "time": f"{attempt.minutes // 60:02d}:{attempt.minutes % 60:02d}:00",
    }


def places(inputs: PlanInputs) -> dict[str, str]:
    """Return the values that are the same for all steps of a run: its id, and the file for texts."""
    named = {"run": inputs.run}
    if inputs.profile.configuration:
        named["file"] = inputs.profile.configuration.file.replace("{run}", inputs.run)
    return named


def with_checkpoint_of_now(inputs: PlanInputs, attempt: Attempt, now: Sequence[Checkpoint]) -> Attempt:
    """Return *attempt* with the present name of its checkpoint on the device; raises DeviceError where it is gone."""
    strategy = inputs.profile.strategies[attempt.strategy]
    meant = _checkpoint(strategy, inputs.checkpoints)
    found = next((one for one in now if one.lasting == meant.lasting), None)
    if found is None:
        raise DeviceError(f"the device no longer lists the checkpoint of {meant.lasting}")
    moved = tuple(found if one == meant else one for one in inputs.checkpoints or ())
    return _attempt(replace(inputs, checkpoints=moved), attempt.number, attempt.strategy, strategy, attempt.minutes)


def has_moving_checkpoint(inputs: PlanInputs, attempt: Attempt) -> bool:
    """Tell whether the checkpoint of *attempt* has another name after each commit."""
    return bool(_checkpoint(inputs.profile.strategies[attempt.strategy], inputs.checkpoints).lasting)


def _attempt(inputs: PlanInputs, number: int, name: str, strategy: Strategy, minutes: int) -> Attempt:
    attempt = Attempt(
        number=number,
        strategy=name,
        rung=strategy.rung,
        title=strategy.title,
        why=WHY[strategy.rung],
        target=inputs.target.manifest.id,
        checkpoint=_checkpoint(strategy, inputs.checkpoints).name,
        armed=strategy.armed,
        minutes=minutes if strategy.armed else 0,
    )
    try:
        filled = values(inputs, attempt, inputs.observed.configuration if inputs.observed else None)
    except DataError as error:
        return replace(attempt, skipped=str(error))
    steps = tuple(_step(step, filled, inputs.speed) for step in strategy.steps)
    attempt = replace(attempt, steps=steps, seconds=sum(step.seconds for step in steps))
    return replace(attempt, skipped=_skipped(inputs, strategy, attempt, filled))


def _skipped(inputs: PlanInputs, strategy: Strategy, attempt: Attempt, filled: Values) -> str:
    if reason := inputs.unmet.get(attempt.strategy):
        return reason
    if any(step.paste for step in strategy.steps) and (doubt := untypable(inputs.target.manifest)):
        return doubt
    if strategy.armed and inputs.profile.timer is None:
        return "the profile does not say how this platform's timer is asked for"
    if "{checkpoint}" in "".join(step.run for step in strategy.steps) and not attempt.checkpoint:
        older = strategy.rung == "older-checkpoint" and bool(inputs.checkpoints)
        return f"the device has {'only one checkpoint' if older else 'no checkpoint to roll back to'}"
    if attempt.reboots and not inputs.allow_reload:
        return "it reloads the device, which --allow-reload has to allow"
    if inputs.is_configuration_right and strategy.rung not in RESTARTS:
        return "the configuration is already the target's, so loading it again would change nothing"
    return ""


def _checkpoint(strategy: Strategy, checkpoints: tuple[Checkpoint, ...] | None) -> Checkpoint:
    if strategy.target != "checkpoint":
        return NONE
    index = 1 if strategy.rung == "older-checkpoint" else 0
    if checkpoints is None:
        return Checkpoint(name=("NEWEST", "OLDER")[index])
    return checkpoints[index] if index < len(checkpoints) else NONE


def _step(step: Step, filled: Values, speed: Speed) -> PlannedStep:
    commands = _commands(step, filled)
    count = sum(len(command) for command in commands)
    exchanges = len(commands) + bool(step.state) + bool(step.then) + bool(step.answers or step.changes)
    if step.paste:
        lines = carried(step, filled.texts.get(step.paste, ()), filled)
        prompts = 0 if step.opens else PROMPT_BYTES
        count = sum(len(line) + 2 + prompts for line in lines)
        exchanges = 3 if step.opens or not speed.pace else 3 + len(lines)
    return PlannedStep(
        about=filled.fill(step.about),
        commands=commands,
        answers=answers(step),
        state=step.state,
        seconds=round(step.seconds + speed.seconds(count + PROMPT_BYTES, exchanges), 1),
        changes=step.changes,
        reboots=step.reboots,
    )


def _commands(step: Step, filled: Values) -> tuple[str, ...]:
    if step.press:
        return (f"the key {pressed(step.press)}",)
    if not step.paste:
        return (filled.fill(step.run),) if step.run else ()
    lines = filled.texts.get(step.paste)
    if lines is None:
        return ("the lines that differ, known after the device is read",)
    if step.paste == "difference":
        return lines
    text = f"the backup: {len(lines)} lines, {sum(len(line) + 1 for line in lines)} bytes"
    if step.tcl_file:
        return (f"{text}, written to {filled.fill(step.tcl_file)} by Tcl",)
    around = (step.opens, text, f"the key {pressed(step.closes)}") if step.opens else (text,)
    return tuple(filled.fill(part) for part in around)


# --- how long things take


def _proof_seconds(inputs: PlanInputs) -> float:
    speed, profile = inputs.speed, inputs.profile
    commands = sum(len(query.commands) for query in (*profile.routes, *profile.neighbours)) + PROOF_COMMANDS
    reading = reading_seconds(inputs.baseline, speed) + commands * speed.pace
    return round(reading + inputs.addresses * (speed.round_trip + speed.pace + 1), 1)


def _closing_seconds(inputs: PlanInputs) -> float:
    timer, data = inputs.profile.timer, inputs.profile.configuration
    return step_seconds((*(timer.confirm if timer else ()), *(data.save if data else ())), inputs.speed)


def step_seconds(steps: Iterable[Step], speed: Speed) -> float:
    """Return how long *steps* take that paste nothing, each with the prompt of the state that it leads to."""
    return round(sum(step.seconds + speed.seconds(len(step.run) + PROMPT_BYTES, 2) for step in steps), 1)


def _preserve_seconds(inputs: PlanInputs) -> float:
    """Return how long the snapshot takes, with the configuration read twice where the device has no hash."""
    backup = inputs.observed or inputs.baseline
    read = inputs.profile.configuration.read if inputs.profile.configuration else None
    again = 0.0 if read and read.measures else inputs.speed.to_read(backup, CONFIGURATION, CONFIGURATION_SET)
    return round(reading_seconds(backup, inputs.speed) + again, 1)


def reading_seconds(backup: Backup, speed: Speed) -> float:
    """Return how long reading all of *backup* takes."""
    return round(speed.to_read(backup, CONFIGURATION, ROUTES_TEXT, NEIGHBOURS_TEXT) + 2 * speed.round_trip, 1)


def _minutes(profile: Profile, proof: float, converge: float) -> int:
    """Return the minutes of the revert timer: the proof and what follows must end, with a margin, before it expires."""
    least = profile.timer.minutes if profile.timer else 0
    if profile.timer and not least:
        return 0
    return max(least, math.ceil((1.5 * proof + converge + MARGIN) / 60))
