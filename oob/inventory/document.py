"""YAML and JSON files of other people: read with every fault as `file:line: reason`."""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from oob.errors import InventoryError


class _Loader(yaml.SafeLoader):
    """A name that is written twice is an error: YAML itself would silently take the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} occurs twice", problem_mark=key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep)


def text(path: Path) -> str:
    """Return what is in a text file; raises InventoryError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InventoryError(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InventoryError(f"{path.name}:{line}: is not UTF-8") from error


def yaml_file(path: Path) -> Any:
    """Return what the YAML file *path* holds."""
    content = text(path)
    try:
        return yaml.load(content, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InventoryError(f"{path.name}:{line}: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = content.count("\n", 0, error.position) + 1
        raise InventoryError(f"{path.name}:{line}: holds a character that YAML has no place for") from error
    except (ValueError, RecursionError) as error:  # a date that is none; brackets without end
        raise InventoryError(f"{path.name}: cannot be understood: {error}") from error


def json_file(path: Path) -> Any:
    """Return what the JSON file *path* holds."""
    try:
        return json.loads(text(path))
    except json.JSONDecodeError as error:
        raise InventoryError(f"{path.name}:{error.lineno}: {error.msg}") from error
    except RecursionError as error:
        raise InventoryError(f"{path.name}: cannot be understood: {error}") from error
