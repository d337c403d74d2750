"""YAML files that a person has written: read whole, and refused with the reason in words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from oob import durable
from oob.errors import UsageError
from oob.fault import first_fault, unreadable

Shape = TypeVar("Shape")


def load(
    path: Path, shape: type[Shape], missing: Shape | None = None, known: Iterable[str] = (), *, is_secret: bool = False
) -> Shape:
    """Return the file *path* as a *shape*, *missing* without a file; raises UsageError, naming the key."""
    content: object = read(path, missing, is_secret=is_secret)
    if content is missing and missing is not None:
        return missing
    adapter: TypeAdapter[Shape] = TypeAdapter(shape)
    try:
        return adapter.validate_python({} if content is None else content)
    except ValidationError as error:
        raise UsageError(f"{path}: cannot be used: {first_fault(error, known)}") from None


def read(path: Path, missing: object = None, *, is_secret: bool = False) -> Any:
    """Return the content of the file *path*, None of an empty one, and *missing* without a file.

    Raises UsageError with the reason; a file with secrets (*is_secret*) is never quoted.
    """
    try:
        return yaml.safe_load(durable.read_file(path).decode())
    except (OSError, yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError) and missing is not None:
            return missing
        why = "" if is_secret and not isinstance(error, OSError) else f": {unreadable(error)}"
        raise UsageError(f"{path}: cannot be read{why}") from (None if is_secret else error)
