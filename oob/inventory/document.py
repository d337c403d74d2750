"""YAML and JSON files of other people: read with every fault as `file:line: reason`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

import yaml

from oob import durable, fast_yaml
from oob.errors import InventoryError

_KEYS: Final = re.compile(r"[^.\[\]]+")

_DEEPEST: Final = 200  # nodes within each other, more than any inventory has
_MAY_BE_DEEP: Final = 5000  # a third of what the loader's stack holds
_BRACKETS: Final = re.compile(r"[][{}]")
_FAR_RIGHT: Final = re.compile(rf"^[ \t?:-]{{{_MAY_BE_DEEP}}}", re.MULTILINE)


class Plain(fast_yaml.DUMPER):  # type: ignore[misc, valid-type]  # either has the same methods
    """Writes everything out, so that an entry can be moved or deleted: YAML would let others refer to it."""

    def ignore_aliases(self, data: object) -> bool:
        """Tell that nothing is written as a reference."""
        return True


class _Loader(fast_yaml.LOADER):  # type: ignore[misc, valid-type]  # either has the same methods
    """A name that is written twice is an error: YAML itself would silently take the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} occurs twice", problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        content: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return content


class _Tolerant(_Loader):
    """Takes what it does not know by its tag (`!vault`, `!ruby/regexp`) for what stands there."""


def _untagged(loader: _Tolerant, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Tolerant.add_multi_constructor("!", _untagged)


class ToolDocument:
    """The content of another tool's file, asked for by the keys that lead to a value."""

    def __init__(self, path: Path, content: Any) -> None:
        self.path = path
        self.content = content

    @classmethod
    def yaml(cls, path: Path, part: str = "") -> ToolDocument:
        """Read YAML, or of it only what stands under *part*; tags that only the tool itself knows are passed over."""
        return cls(path, yaml_file(path, _Tolerant, part))

    @classmethod
    def json(cls, path: Path) -> ToolDocument:
        """Read JSON."""
        return cls(path, json_file(path))

    def get(self, *keys: Hashable) -> Any:
        """Return what the *keys* lead to, None where they lead nowhere; raises InventoryError on a way that is none."""
        content = self.content
        for number, key in enumerate(keys):
            if content is None:
                return None
            if isinstance(content, list) and isinstance(key, int):
                content = content[key] if key < len(content) else None
            elif isinstance(content, dict):
                content = content.get(key)
            else:
                raise self.error("should be a mapping", *keys[:number])
        return content

    def mapping(self, *keys: Hashable) -> dict[Any, Any]:
        """Return the mapping there, empty where there is nothing."""
        content = self.get(*keys)
        if content is None:
            return {}
        if not isinstance(content, dict):
            raise self.error("should be a mapping", *keys)
        return content

    def entries(self, *keys: Hashable) -> list[Any]:
        """Return the list there, empty where there is nothing."""
        content = self.get(*keys)
        if content is None:
            return []
        if not isinstance(content, list):
            raise self.error("should be a list", *keys)
        return content

    def text(self, *keys: Hashable) -> str:
        """Return the text or number there as text, empty where there is nothing."""
        content = self.get(*keys)
        if content is None:
            return ""
        if isinstance(content, bool) or not isinstance(content, str | int | float):
            raise self.error("should be text", *keys)
        return str(content)

    def error(self, reason: str, *keys: Hashable) -> InventoryError:
        """Return the error with the place of the fault in the file."""
        name = ".".join(map(str, keys))
        return InventoryError(f"{self.path.name}:{_line(self.path, keys)}: {name}{': ' if name else ''}{reason}")


def _line(path: Path, keys: tuple[Hashable, ...]) -> int:
    """Return the line of the file on which the *keys* lead to something; JSON is YAML enough for that."""
    return line_of(text(path), keys)


def line_of(content: str, keys: tuple[Hashable, ...]) -> int:
    """Return the line of the YAML *content* on which the *keys* lead to something, as far as they lead."""
    try:
        _check_depth(content)
        node = yaml.compose(content.replace("\t", " "), fast_yaml.LOADER)
    except (yaml.YAMLError, RecursionError):
        return 1  # a corner where JSON is not YAML
    line = node.start_mark.line + 1 if node else 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = [(name, value) for name, value in node.value if name.value == str(key)]
            if not found:
                break
            name, node = found[0]
            line = name.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


def key_parts(keys: str) -> list[int | str]:
    """Return the keys that *keys* (`.data.oob.paths[0].url`) is made of."""
    return [int(key) if key.isdecimal() else key for key in _KEYS.findall(keys)]


def lines_of(content: str) -> list[int]:
    """Return the lines on which the names of the mapping in the YAML *content* stand, once it has been `parsed`."""
    node = yaml.compose(content, fast_yaml.LOADER)
    return [key.start_mark.line + 1 for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []


def is_there(path: Path) -> bool:
    """Tell whether there is something at *path*; raises InventoryError where that cannot be told."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _unreadable(path, error) from error
    return True


def regular_text(path: Path) -> str:
    """Return the text of the file *path*; a pipe or a device is refused, whose reading may never end."""
    try:
        return _text(path, durable.read_file(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def text(path: Path) -> str:
    """Return the content of a text file, without the mark that Windows puts first; raises InventoryError."""
    try:
        return _text(path, path.read_bytes())
    except OSError as error:
        raise _unreadable(path, error) from error


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InventoryError(f"{path.name}:{line}: is not UTF-8") from error


def _unreadable(path: Path, error: OSError) -> InventoryError:
    return InventoryError(f"{path.name or path}: cannot be read: {error.strerror}")


def yaml_file(path: Path, loader: type[yaml.SafeLoader] = _Loader, part: str = "") -> Any:
    """Return what the YAML file *path* holds, or of its mapping only the name *part*."""
    return parsed(text(path), path.name, loader, part)


def parsed(
    content: str, file: str, loader: type[yaml.SafeLoader] = _Loader, part: str = "", *, first_line: int = 1
) -> Any:
    """Return what the YAML *content* of *file* says, whose first line is *first_line* of it; raises InventoryError."""
    try:
        _check_depth(content)
        return _loaded(loader(content), part)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else first_line
        raise InventoryError(f"{file}:{line}: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = content.count("\n", 0, error.position) + first_line
        raise InventoryError(f"{file}:{line}: holds a character that YAML has no place for") from error
    except (ValueError, RecursionError) as error:  # a date that is none; brackets without end
        raise InventoryError(f"{file}:{first_line}: cannot be understood: {error}") from error


def _check_depth(content: str) -> None:
    """Raise RecursionError where the YAML *content* is nested too deeply: libyaml's loader would end the process.

    The events of the whole file are looked at only where so many brackets stay open, or a line begins so far to the
    right, that it could be: they take as long as the file itself.
    """
    depth = deepest = 0
    for bracket in _BRACKETS.findall(content):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    if deepest < _MAY_BE_DEEP and not _FAR_RIGHT.search(content):
        return
    if any(depth > _DEEPEST for _, depth in fast_yaml.nested(content)):
        raise RecursionError("nested too deeply")


def _loaded(loader: yaml.SafeLoader, part: str) -> Any:
    try:
        node = loader.get_single_node()
        if part and isinstance(node, yaml.MappingNode):
            node.value = [(key, value) for key, value in node.value if key.value == part]
        return loader.construct_document(node) if node else None
    finally:
        loader.dispose()


def json_file(path: Path) -> Any:
    """Return what the JSON file *path* holds."""
    try:
        return json.loads(text(path))
    except json.JSONDecodeError as error:
        raise InventoryError(f"{path.name}:{error.lineno}: is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise InventoryError(f"{path.name}: cannot be understood: {error}") from error
