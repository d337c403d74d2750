"""Configurations that other tools have kept, with their dates: none of them holds a routing table.

An Oxidized repository, a RANCID group, and folders of files as Ansible and NAPALM scripts write them.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.backup.folder import CONFIGURATION, Backup, Reading, incompleteness
from oob.backup.form import BRACES, form_of, is_kept_in, unbalanced
from oob.backup.git import blobs, git, is_repository
from oob.backup.manifest import mark, utc
from oob.errors import BackupError, UsageError

TOOLS = ("ansible", "napalm", "oxidized", "rancid")

# What the tools write in the place of a secret, which makes a configuration that cannot be restored whole.
_REMOVED = re.compile(r"<(?:[a-z]+ )*(?:removed|hidden|stripped|redacted)>", re.I)
_RANCID_TYPE = re.compile(r"\A[-!#;/* ]*RANCID-CONTENT-TYPE: *(?P<type>\S+)")
# What Oxidized keeps of one command, beside the configuration; a name in another script begins with `xn--`.
_OF_A_COMMAND = re.compile(r"(?<!\bxn)--")
_GIT_CRYPT = "\0GITCRYPT\0"
_COMMENT = ("#", "!")
_ANSIBLE = re.compile(r"(?P<name>.+)_config\.(?P<date>\d{4}-\d\d-\d\d)@(?P<time>\d\d:\d\d:\d\d)")
_SUFFIXES = frozenset({".cfg", ".conf", ".config", ".txt", ".set", ".json", ".backup"})
_NO_CONFIGURATIONS = frozenset(
    {".md", ".py", ".sh", ".yml", ".yaml", ".log", ".gz", ".zip", ".tar", ".html", ".csv", ".pcap", ".xml", ".bin"}
)
_STORES = frozenset({"running", "startup", "candidate", "running-config", "startup-config", "config"})
_RUNNING = ("running", "running-config", "config")


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A configuration as a tool kept it at a *moment*; *kind* is what it calls the platform, where it says.

    The tool may have *stripped* the space and the end of the last line off.
    """

    name: str
    moment: datetime
    text: str = field(repr=False)
    origin: str
    kind: str = ""
    stripped: bool = False

    @property
    def is_redacted(self) -> bool:
        """Tell whether secrets were taken out of it."""
        return _REMOVED.search(self.text) is not None


# What a terminal's log has behind the last prompt, or the last page.
_BEHIND = re.compile(
    r"Connection (?:to \S+ )?closed.*|logout|Bye|-+\(more 100%\)-+|\[OK\]"
    r"|.{0,60}%[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-){0,3}\d-[A-Z0-9_]+ ?: .*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a configuration is: the name in the inventory, the platform, and what its last line must look like.

    One that is written as *commands*, which have no end of their own, must at least end with a whole line. A line that
    matches a pattern of *prompt* does not belong to the configuration when it stands last: the capture went on to it.
    """

    device: str
    platform: str
    complete_end: str = ""
    commands: bool = False
    prompt: tuple[str, ...] = ()


def read(tool: str, source: Path, *, newest: int) -> tuple[Version, ...]:
    """Return the *newest* so many configurations of each device, the oldest first; raises UsageError, BackupError."""
    if not source.is_dir():
        raise UsageError(f"{source}: is not a folder")
    if tool in ("oxidized", "rancid"):
        versions = _kept(source, _RANCID if tool == "rancid" else _OXIDIZED, newest)
    else:
        versions = _folder(source)
    found: dict[str, list[Version]] = {}
    for version in sorted(versions, key=lambda version: version.moment):
        if version.text.strip():
            found.setdefault(version.name, []).append(version)
    if not found:
        why = ": no file in a folder configs begins with RANCID-CONTENT-TYPE" if tool == "rancid" else ""
        raise BackupError(f"{source}: there is no configuration that {tool} has kept{why}")
    return tuple(version for each in found.values() for version in each[-newest:])


def keep(catalogue: Catalogue, version: Version, owner: Owner, tool: str) -> Backup | None:
    """Keep one version as a backup without routes; None where it is there already.

    Raises BackupError where it is truncated, or is not text.
    """
    if "\0" in version.text:
        raise BackupError(f"is {'encrypted by git-crypt' if version.text.startswith(_GIT_CRYPT) else 'not text'}")
    text = _without_prompt_behind(version.text, owner)
    configuration = _without_comments_behind(text, owner.complete_end)
    sha256 = mark(configuration.encode("utf-8", "surrogateescape")).sha256
    for entry in catalogue.list(owner.device):
        manifest = entry.manifest
        if manifest and manifest.started == utc(version.moment) and manifest.files[CONFIGURATION].sha256 == sha256:
            return None
    if owner.commands and not version.stripped and not configuration.endswith("\n"):
        last = configuration.splitlines()[-1]
        raise BackupError(f"the configuration is truncated in the middle of a command: {last[:60]!r}")
    has_sections = form_of(configuration) == BRACES and is_kept_in(BRACES, owner.complete_end or "$^")
    is_over = has_sections and not incompleteness(configuration, "", owner.complete_end)
    if is_over and (fault := unbalanced(configuration)):
        raise BackupError(f"the configuration is damaged: {fault}")
    lacks = "; secrets were taken out of it, so it cannot be restored whole" if version.is_redacted else ""
    reading = Reading(
        device=owner.device,
        platform=owner.platform,
        configuration=configuration,
        facts={"imported": {"from": tool, "origin": version.origin, "secrets_removed": version.is_redacted}},
        reason=f"imported from {tool}, {version.origin}{lacks}",
        complete_end=owner.complete_end,
        verified={"facts": f"imported from {tool}", "configuration": f"imported from {tool}"},
        started=version.moment,
        finished=version.moment,
    )
    return catalogue.write(reading)


def _without_prompt_behind(text: str, owner: Owner) -> str:
    """Return *text* less a prompt, and what stands above one, at its end, where that makes it whole."""
    lines = text.splitlines(keepends=True)
    last = len(lines)
    while last > 1 and (not lines[last - 1].strip() or _is_behind(lines[last - 1].rstrip(), owner)):
        last -= 1
    is_whole = owner.commands or (owner.complete_end and re.search(owner.complete_end, lines[last - 1].rstrip()))
    has_prompt = any(line.strip() for line in lines[last:])
    return "".join(lines[:last]) if has_prompt and is_whole else text


def _is_behind(line: str, owner: Owner) -> bool:
    """Tell whether *line* stands behind a configuration: a prompt, a command at one, a log message, a session's end.

    Where no line of its own ends a configuration, the last one may look like any of them, except a prompt alone.
    """
    prompts = "|".join(f"(?:{pattern})" for pattern in owner.prompt)
    if prompts and (re.fullmatch(f"(?:{prompts})+", line) or re.fullmatch(f"(?:{prompts})+", f"{line} ")):
        return True
    has_end = bool(owner.complete_end) and not re.search(owner.complete_end, "x")
    return has_end and bool(_BEHIND.fullmatch(line) or (prompts and re.match(rf"(?:{prompts})+[a-z][\w ./|-]*$", line)))


def _without_comments_behind(text: str, end: str) -> str:
    """Return *text* less the comments that stand behind its *end*: what Oxidized has of other commands."""
    lines = text.splitlines(keepends=True)
    last = len(lines)
    while last > 1 and (lines[last - 1].startswith(_COMMENT) or not lines[last - 1].strip()):
        if re.search(end, lines[last - 1].rstrip()):
            return text
        last -= 1
    has_comments = any(line.startswith(_COMMENT) for line in lines[last:])
    return "".join(lines[:last]) if has_comments and re.search(end, lines[last - 1].rstrip()) else text


# --- where configurations lie


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which files of a tool's repository or tree are configurations, and what their first line may say."""

    has: Callable[[Path], bool]
    typed: bool


_OXIDIZED = _Layout(
    lambda path: (
        path.suffix != ".md"
        and not any(part.startswith(".") for part in path.parts)
        and not _OF_A_COMMAND.search(path.name)
    ),
    typed=False,
)
_RANCID = _Layout(lambda path: "configs" in path.parts[:-1] or len(path.parts) == 1, typed=True)


def _kept(source: Path, layout: _Layout, newest: int) -> Iterator[Version]:
    """Give what a repository has, or a folder, in which each group may have a repository of its own."""
    if is_repository(source):
        yield from _history(source, layout, newest)
        return
    for place in sorted(source.iterdir()):
        yield from _history(place, layout, newest) if is_repository(place) else _tree(place, source, layout)


def _history(repository: Path, layout: _Layout, newest: int) -> Iterator[Version]:
    """Give each version of each file that a repository's history has, as far back as is wanted."""
    log = git(
        repository,
        *("log", "--no-show-signature", "--no-renames", "--no-ext-diff", "--diff-filter=AM", "--raw", "--no-abbrev"),
        *("-z", "--format=%x01%H %at", "HEAD"),
    )
    wanted: list[tuple[Path, str, datetime, str]] = []
    counts: dict[Path, int] = {}
    commit, moment = "", datetime.fromtimestamp(0, UTC)
    tokens = iter(log.split(b"\0"))
    for token in tokens:
        word = token.strip(b"\n")
        if word.startswith(b"\x01"):
            commit, seconds = word[1:].decode().split()
            moment = datetime.fromtimestamp(int(seconds), UTC)
        elif word.startswith(b":"):
            path = Path(next(tokens).decode("utf-8", "surrogateescape"))
            counts[path] = counts.get(path, 0) + 1
            if layout.has(path) and counts[path] <= newest:
                wanted.append((path, word.split()[3].decode(), moment, commit))
    contents = blobs(repository, (blob for _, blob, _, _ in wanted))
    for path, blob, at, name in wanted:
        yield from _version(path, contents[blob], at, f"commit {name[:12]}", layout)


def _tree(place: Path, source: Path, layout: _Layout) -> Iterator[Version]:
    """Give the files of a tree that no git is over, with the times at which they were written."""
    for file in _files(place, source):
        path = file.relative_to(source)
        if layout.has(path):
            yield from _version(path, file.read_bytes(), _written(file), f"file {path}", layout)


def _version(path: Path, data: bytes, moment: datetime, origin: str, layout: _Layout) -> Iterator[Version]:
    text = _text(data)
    found = _RANCID_TYPE.match(text)
    if found or not layout.typed:
        kind = found["type"] if found else ""
        yield Version(name=path.name, moment=moment, text=text, origin=origin, kind=kind)


def _folder(source: Path) -> Iterator[Version]:
    """Give the files of a folder of backups: the device is the file's name, or the name of its folder."""
    for file in _files(source, source):
        path = file.relative_to(source)
        origin = f"file {path}"
        text = _text(file.read_bytes())
        if dated := _ANSIBLE.fullmatch(file.name):
            moment = _named(f"{dated['date']} {dated['time']}", file)
            yield Version(name=dated["name"], moment=moment, text=text, origin=origin, stripped=True)
        elif file.suffix not in _NO_CONFIGURATIONS:
            store = file.stem.lower() if len(path.parts) > 1 and file.stem.lower() in _STORES else ""
            if not store or store in _RUNNING:
                name = path.parent.name if store else _stem(file)
                running = _running(text, file) if file.suffix == ".json" else text
                yield Version(name=name, moment=_written(file), text=running, origin=origin)


def _text(data: bytes) -> str:
    """Return the text of a configuration, without the mark that Windows puts first."""
    return data.removeprefix(BOM_UTF8).decode("utf-8", "surrogateescape")


def _named(moment: str, file: Path) -> datetime:
    """Return the time that Ansible wrote into the name of a file: the local one of the machine it ran on."""
    try:
        return datetime.strptime(moment, "%Y-%m-%d %H:%M:%S").astimezone(UTC)
    except ValueError as error:
        raise BackupError(f"{file.name}: {moment} is not a time") from error


def _stem(file: Path) -> str:
    """Return the file's name without a suffix that says only what kind of file it is; `r1.example.com` has none."""
    return file.stem if file.suffix in _SUFFIXES else file.name


def _running(text: str, file: Path) -> str:
    """Return the running configuration out of what NAPALM's get_config gave."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise BackupError(f"{file.name}:{error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise BackupError(f"{file.name}: cannot be understood: {error}") from error
    running = content.get("running") if isinstance(content, dict) else None
    if not isinstance(running, str):
        raise BackupError(f"{file.name}:1: there is no running configuration in it")
    return running


def _files(place: Path, source: Path) -> Iterable[Path]:
    """Give the file *place*, or those in it; nothing that is hidden below *source*, and no links."""
    found = sorted(place.rglob("*")) if place.is_dir() and not place.is_symlink() else [place]
    files = (path for path in found if path.is_file() and not path.is_symlink())
    return (file for file in files if not any(part.startswith(".") for part in file.relative_to(source).parts))


def _written(file: Path) -> datetime:
    return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
