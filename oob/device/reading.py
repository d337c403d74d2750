"""Reads what decisions hang on: whole, undisturbed, or not at all."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from oob.console.console import Console
from oob.console.merge import merged
from oob.console.output import Output
from oob.errors import OutputDoubtful, OutputUnverified
from oob.profile.model import Query

ATTEMPTS = 6
LINGER = 0.5  # seconds, at most, so that messages in a steady beat do not tear the next reading at the same places
READINGS = 2  # a message printed into an answer is not there the next time
# What devices do not print: control characters, and bytes that are not UTF-8.
NOISE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\udc80-\udcff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReading:
    """The answer to a query: the text of all its commands, and what each of them printed."""

    text: str
    outputs: tuple[Output, ...]
    rereads: int = 0

    @property
    def is_noisy(self) -> bool:
        """Tell whether the line has shown that it loses or garbles what it carries."""
        is_garbled = any(output.doubtful for output in self.outputs) or NOISE.search(self.text) is not None
        return is_garbled or self.rereads > 0


def read(console: Console, query: Query) -> DeviceReading:
    """Ask *query* and return its answer; raises OutputUnverified when it is not whole.

    An output that notices broke in a way that leaves two readings open is asked for again, until it comes undisturbed
    or two answers agree; an incomplete answer, or an answer with foreign lines, once more.
    """
    if query.state:
        console.go(query.state)
    text = lacks = ""
    for rereads in range(READINGS):
        outputs = tuple(_read_at_one_prompt(console, command) for command in query.commands)
        text = "\n".join(output.text for output in outputs)
        if _is_refused(console, outputs) and query.optional:
            return DeviceReading(text="", outputs=outputs)
        lacks = _lacks(query, text)
        if not lacks:
            return DeviceReading(text=text, outputs=outputs, rereads=rereads)
        # Where a byte of the prompt was lost when it was learnt, the byte stands at the end of every answer.
        console.conversation.press(console.grammar.data.keys.nudge)
    raise OutputUnverified(
        f"the answer to {query.commands[0]!r} has {lacks} ({len(text)} characters were read)",
        state=console.state.name,
        read=text.encode(),
    )


def _lacks(query: Query, text: str) -> str:
    """Say what shows that *text* is not whole, or not the answer alone; empty where nothing does."""
    for pattern, where in ((query.starts, "beginning"), (query.ends, "end")):
        if pattern and not re.search(pattern, text, re.M):
            return f"no {where}"
    strange = _strange_line(query.lines, text) if query.lines else ""
    return f"a line that does not belong to it: {strange[:60]!r}" if strange else ""


def _strange_line(pattern: str, text: str) -> str:
    known = re.compile(pattern)
    is_quoted = False
    for line in text.split("\n"):
        if not is_quoted and not known.match(line):
            return line
        is_quoted ^= line.count("'") % 2 == 1
    return ""


def _read_at_one_prompt(console: Console, command: str) -> Output:
    """Run a command, and raise OutputUnverified where the prompt behind it is another one than that before it.

    A byte of it was lost then; to believe it would put the rest of the prompt into every output that follows.
    """
    before = console.state
    output = read_command(console, command)
    after = console.state
    if after.name == before.name and after.text != before.text:
        console.conversation.press(console.grammar.data.keys.nudge)
        if console.state.text != after.text:  # of three prompts, two are believed
            console.conversation.state = before
        raise OutputUnverified(
            f"the prompt was {before.text!r} before {command!r} and {after.text!r} behind it",
            state=after.name,
            read=output.text.encode(),
        )
    return output


def read_command(console: Console, command: str) -> Output:
    """Run a command that changes nothing, and again where its output could be read in two ways.

    Messages tear each reading at other places, so that two of them make an untorn reading.
    """
    seen: list[Output] = []
    texts: list[str] = []
    notices: tuple[str, ...] = ()
    for _ in range(ATTEMPTS):
        if seen:
            console.conversation.linger(random.uniform(0, LINGER))
        output = console.run(command)
        notices += output.notices
        seen.append(output)
        text = merged(seen)
        if text is not None and (not output.strays or text in texts):
            return Output(
                command=command,
                text=text,
                notices=notices,
                seconds=sum(one.seconds for one in seen),
                doubtful=sum(one.strays for one in seen),
            )
        texts += [text] if text is not None else []
    raise OutputDoubtful(
        f"the output of {command!r} was broken by log lines {ATTEMPTS} times, each time differently",
        state=console.state.name,
        read=seen[-1].text.encode(),
    )


def _is_refused(console: Console, outputs: tuple[Output, ...]) -> bool:
    refusal = console.grammar.refusal
    return refusal is not None and any(refusal.search(output.text) for output in outputs)
