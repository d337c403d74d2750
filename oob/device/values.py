"""The values that a run puts into the commands of a profile."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from oob.profile.filling import check_word

PLACEHOLDER = re.compile(r"\{(file|md5|checkpoint|minutes|seconds|time|run|address)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values of `{file}`, `{checkpoint}` … in commands, and the texts that steps bring to the device.

    Raises UntypeableText where a word would be more than a word in a command.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.words.items():
            check_word(name, value)

    def fill(self, template: str) -> str:
        """Return *template* with each placeholder replaced; one without a value is a KeyError, and a bug."""
        return PLACEHOLDER.sub(lambda match: self.words[match[1]], template)

    def pattern(self, template: str) -> str:
        """Return the pattern *template* with each placeholder replaced by its value, taken literally."""
        return PLACEHOLDER.sub(lambda match: re.escape(self.words[match[1]]), template)


def md5_on_device(lines: tuple[str, ...]) -> str:
    """Return the MD5 that a device prints for a file of these lines, each ended by a single newline."""
    content = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
