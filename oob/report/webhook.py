"""Sends the records of a run to the tools that keep them, as JSON by a template; a spool holds what does not go out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict

from oob import durable
from oob.errors import UsageError
from oob.kept import kept
from oob.naming import folder_name
from oob.yaml_file import load

NAME = "records.yaml"
SPOOL = "records-spool"
TIMEOUT = 10.0


def _url(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https"):
        raise ValueError("the URL is not one of http or https")
    return text


class RecordKeeper(BaseModel):
    """A tool that keeps records. *template* is `servicenow`, `jira` or a mapping; URL and headers may hold secrets."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_url)]
    template: str | dict[str, Any]
    headers: dict[str, str] = {}
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spooled:
    keeper: str
    run: str
    body: Any


def keepers(home: Path) -> dict[str, RecordKeeper]:
    """Return the tools that the home's `records.yaml` names; raises UsageError, without what they hold."""
    return load(home / NAME, dict[str, RecordKeeper], {}, is_secret=True)


def body(template: str | Mapping[str, Any], fields: Mapping[str, str]) -> Any:
    """Return the JSON body that *template* makes of *fields*; raises UsageError at an unknown template or field."""
    if isinstance(template, str):
        file = files("oob.report") / "webhooks" / f"{template}.yaml"
        if not template.isalpha() or not file.is_file():
            raise UsageError(f"{NAME}: unknown template {template!r}: there are jira and servicenow")
        template = yaml.safe_load(file.read_text())
    try:
        return _filled(template, fields)
    except (KeyError, IndexError, ValueError) as error:
        raise UsageError(f"{NAME}: unknown field {error}; known: {', '.join(sorted(fields))}") from None


def spool(home: Path, run: str, keeper: str, content: Any) -> None:
    """Keep the body for *keeper* until it is sent; a later one of the same run takes its place."""
    folder = home / SPOOL
    durable.create_folder(folder)
    data = json.dumps(asdict(_Spooled(keeper=keeper, run=run, body=content))).encode()
    durable.replace_file(folder / f"{run}-{folder_name(keeper)}.json", data)


def send(home: Path) -> list[str]:
    """Send the spooled records, the oldest first; return why each that stays was not sent."""
    known = keepers(home)
    left = []
    for path in sorted((home / SPOOL).glob("*.json")):
        record = kept(_Spooled, durable.read_file(path))
        if record is None:
            left.append(f"{path}: damaged; oob report --webhook writes it anew")
            continue
        keeper = known.get(record.keeper)
        problem = _post(keeper, record.body) if keeper else f"not in {NAME} any more"
        if problem:
            left.append(f"{record.keeper}, run {record.run}: {problem}")
        else:
            os.unlink(path)
    return left


def _filled(template: Any, fields: Mapping[str, str]) -> Any:
    if isinstance(template, Mapping):
        return {key: _filled(value, fields) for key, value in template.items()}
    if isinstance(template, list):
        return [text for one in template if (text := _filled(one, fields)) != ""]
    return template.format_map(fields) if isinstance(template, str) else template


def _post(keeper: RecordKeeper, content: Any) -> str:
    """Send one body and return why it was not taken, without the URL, which may hold a secret."""
    headers = {"Content-Type": "application/json", **keeper.headers}
    request = Request(keeper.url, json.dumps(content).encode(), headers, method=keeper.method)
    try:
        with urlopen(request, timeout=TIMEOUT):
            return ""
    except HTTPError as error:
        error.close()
        return f"refused with status {error.code}"
    except (OSError, ValueError) as error:
        return f"not reachable: {type(error).__name__}"
