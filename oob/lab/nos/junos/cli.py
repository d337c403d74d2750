"""The command line: reads a line, finds the command, runs it, filters and pages its answer."""

from __future__ import annotations

from collections.abc import Callable
from types import GeneratorType

from oob.lab.dialog import CTRL_C, CTRL_D, IDLE, Ask, Dialog, Edit, InterruptPressed, Say
from oob.lab.nos.junos.command import Command, CommandWord, Menu, Request, split
from oob.lab.nos.junos.configure import statement_options
from oob.lab.nos.junos.pipe import FILTERS, Pipes, pipes
from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.session import JunosSession, Left


def cli(session: JunosSession) -> Dialog[None]:
    """Run the command line until the session ends."""
    started = False
    while True:
        if started:  # the first prompt after a login follows the banner at once
            yield Say(text="\n")
        started = True
        prompt = session.prompt()
        keys = _keys(session)
        typed = yield Ask(prompt=prompt, ends=CTRL_C + CTRL_D, keys=keys, idle=session.idle, tail=" ")
        if typed.key == IDLE:
            yield Say(text="\nIdle timeout exceeded: closing session\n")
            return
        if typed.key == CTRL_C:
            continue
        line = typed.text if typed.key != CTRL_D else "exit"
        if typed.key == CTRL_D and typed.text:
            continue
        try:
            yield from answer(session, line, column=len(prompt.rpartition("\n")[2]))
        except InterruptPressed:
            yield Say(text="\n")
        except Left:
            return


def answer(session: JunosSession, line: str, column: int = 0) -> Dialog[None]:
    """Carry out one line and print its answer; *column* is where the line starts on the screen."""
    segments = split(line)
    if not segments[0]:
        return
    try:
        text, wishes = yield from _carried_out(session, segments)
    except RefusedStatement as refused:
        yield Say(text=" " * (column + _place(segments, refused.index, line)) + f"^\n{refused.message}\n")
        return
    if text:
        session.begin_output()
        yield Say(text=wishes.apply(text), paged=wishes.paged, breakable=True)


def _carried_out(session: JunosSession, segments: list[list[CommandWord]]) -> Dialog[tuple[str, Pipes]]:
    menu = session.menu
    words = [word.text for word in segments[0]]
    offset = 0
    if session.mode and len(words) > 1 and words[0] == "run":
        menu, words, offset = session.operational, words[1:], 1
    found, rest = _found(menu, words, offset)
    offset += len(words) - len(rest)
    if rest and not found.takes:
        raise RefusedStatement(offset, "syntax error.")
    wishes = _wishes(segments)
    try:
        result = found.run(session, Request(words=rest, display=wishes.display, compare=wishes.compare))
        if isinstance(result, GeneratorType):
            result = yield from result
    except RefusedStatement as refused:
        raise RefusedStatement(refused.index + offset, refused.message) from None
    return result or "", wishes


def _found(menu: Menu, words: list[str], offset: int) -> tuple[Command, list[str]]:
    try:
        return menu.find(words)
    except RefusedStatement as refused:
        raise RefusedStatement(refused.index + offset, refused.message) from None


def _wishes(segments: list[list[CommandWord]]) -> Pipes:
    try:
        return pipes(segments[1:])
    except RefusedStatement as refused:
        raise RefusedStatement(
            sum(len(segment) for segment in segments[:-1]) + refused.index, refused.message
        ) from None


def _place(segments: list[list[CommandWord]], index: int, line: str) -> int:
    words = [word for segment in segments for word in segment]
    return words[index].start if 0 <= index < len(words) else len(line.rstrip()) + 1


# --- completion and help


def _keys(session: JunosSession) -> dict[str, Callable[[str], Edit | None]]:
    keys: dict[str, Callable[[str], Edit | None]] = {
        "?": lambda line: Edit(line=line, text=f"?\n{help_for(session, line)}"),
        "\t": lambda line: completed(session, line),
    }
    if session.complete_on_space:
        keys[" "] = lambda line: completed(session, line)
    return keys


def completed(session: JunosSession, line: str) -> Edit | None:
    """Write the last word out in full if only one word starts like it."""
    words = split(line)[-1]
    if not words or line.endswith((" ", '"')) or "|" in line:
        return None
    partial = words[-1].text
    try:
        options, _ = _options(session, [word.text for word in words[:-1]])
    except RefusedStatement:
        return None
    near = [option for option in options if option.startswith(partial)]
    if partial in options or len(near) != 1:
        return None
    return Edit(line=line[: words[-1].start] + near[0] + " ")


def help_for(session: JunosSession, line: str) -> str:
    """Return what `?` prints after *line*."""
    segments = split(line)
    words = [word.text for word in segments[-1]]
    partial = words.pop() if words and not line.endswith(" ") else ""
    if len(segments) > 1:
        return _listing({k: v for k, v in FILTERS.items() if k.startswith(partial)}, False)
    try:
        options, complete = _options(session, words)
    except RefusedStatement as refused:
        return refused.message + "\n"
    near = {name: text for name, text in options.items() if name.startswith(partial)}
    if not near and complete is None:
        return "No valid completions\n"
    return _listing(near, complete is not None and not partial)


def _options(session: JunosSession, words: list[str]) -> tuple[dict[str, str], Command | None]:
    if session.mode and words and words[0] == "run":
        return session.operational.options(words[1:])
    if session.mode and words:
        statements = statement_options(session, words)
        if statements is not None:
            return statements, session.configuration.options(words[:1])[1]
    return session.menu.options(words)


def _listing(options: dict[str, str], complete: bool) -> str:
    width = max([20, *(len(name) for name in options)])
    lines = [f"  {name.ljust(width)} {text}".rstrip() for name, text in options.items()]
    enter = [f"  {'<[Enter]>'.ljust(width)} Execute this command"] if complete else []
    pipe = [f"  {'|'.ljust(width)} Pipe through a command"] if complete else []
    return "".join(f"{line}\n" for line in ("Possible completions:", *enter, *lines, *pipe))
