"""A profile in the words of a person: the questions that its patterns stand for, the keys of an answer."""

from __future__ import annotations

import re

from oob.profile.model import Step

KEYS = {"\x03": "Ctrl-C", "\x04": "Ctrl-D", "\r": "Return", "\x15": "Ctrl-U", "\x18": "Ctrl-X", "\x1a": "Ctrl-Z"}


def readable(pattern: str) -> str:
    """Return what *pattern* stands for, without what only a machine needs."""
    text = re.sub(r"\(\?[a-zA-Z]+\)|\\Z|\\b|[\^$]", "", pattern)
    text = re.sub(r"\(\?:([^()|]*)[^()]*\)", r"\1", text)
    text = re.sub(r"\\s[*+]|\s\?|\\d\+|\.[*+]\??", " ", text)
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())


def pressed(typed: str) -> str:
    """Return the keys that type *typed*, those that print nothing by their names."""
    parts = re.findall(r"[ -~]+|[^ -~]", typed)
    return " and ".join(KEYS.get(part, part if part.isprintable() else repr(part)) for part in parts)


def answers(step: Step) -> tuple[str, ...]:
    """Return a line for each question that *step* answers: the question, and the reply."""
    return tuple(f"asked {readable(pattern)!r}: {pressed(answer)}" for pattern, answer in step.answers.items())
