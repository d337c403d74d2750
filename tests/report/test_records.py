"""The records of a run for other people's tools: linked, with a status, each in a file, and sent as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from oob.cli.main import oob_command
from oob.errors import UsageError
from oob.report.records import impact_minutes, record_fields, records, status
from oob.report.story import tell
from oob.report.webhook import SPOOL, body, keepers
from tests.report.journals import Writer
from tests.stand_in import QuietHandler, Served

RUN = "20260304-120000Z-abcd"
IDS = {"incident": "INC0010001", "problem": "PRB0040001", "change": "CHG0030001"}


def written(folder: Path, ending: str = "recovered", exit_code: int = 0) -> Writer:
    """Write a run of four minutes that belongs to an incident, a problem and a change."""
    writer = Writer(folder)
    choices = {**IDS, "trigger": "availability 80 %", "affects": "shop"}
    writer.at(0, "run.started", "recover edge1", target="b1", baseline="b1", choices=choices, platform="cisco_ios")
    writer.at(200, "window.extended", "it needs longer", data={"until": "2026-03-04T12:15:00+00:00"})
    writer.at(230, "run.finished", "over", exit_code=exit_code, ending=ending, data={"left": ["check r3"]})
    return writer


def test_every_record_names_the_others_and_the_change_has_a_status(tmp_path: Path) -> None:
    texts = records(tell(written(tmp_path).entries()))
    for title in ("Incident record", "Problem record", "Change record"):
        assert "Linked: Incident INC0010001, problem PRB0040001, change CHG0030001." in texts[title]
    assert "Status: Failed - rolled back" in texts["Change record"]
    assert "Impact: shop, at least 4 minutes." in texts["Incident record"]
    assert "Trigger: availability 80 %." in texts["Incident record"]


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        ("recovered", "Failed - rolled back"),
        ("nothing was wrong", "Reviewed - nothing was wrong"),
        ("broken state put back", "Failed - rollback did not work"),
        ("not recovered", "Failed - not rolled back"),
    ],
)
def test_the_status_says_how_it_ended(tmp_path: Path, ending: str, text: str) -> None:
    story = tell(written(tmp_path, ending, 0 if ending in ("recovered", "nothing was wrong") else 1).entries())
    assert status(story).startswith(text)
    assert impact_minutes(story) == 4


def test_the_post_mortem_asks_what_a_review_asks_and_answers_what_the_journal_knows(tmp_path: Path) -> None:
    draft = records(tell(written(tmp_path).entries()))["Post-mortem, a draft"].splitlines()
    answers = dict(pairwise(draft))
    assert answers["Was the rollback complete?"] == "  Yes, proven on the device."
    assert answers["Was it in the window?"] == "  Only with an extension."
    assert answers["Which side effects did it have?"] == "  check r3."
    assert "What would have found it earlier?" in answers


class Desk(Served):
    """A tool that keeps records, and refuses them while its *status* says so."""

    def __init__(self) -> None:
        self.status = 201
        self.kept: list[tuple[str | None, Any]] = []
        super().__init__(_Handler)


class _Handler(QuietHandler):
    server: Desk

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status < 300:
            self.server.kept.append((self.headers["Authorization"], json.loads(data)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.stop()


def reported(home: Path) -> Result:
    return CliRunner().invoke(oob_command, ["report", RUN, "--webhook", "--home", str(home)])


def test_records_become_files_and_are_sent_once_by_their_templates_after_an_outage_too(
    tmp_path: Path, desk: Desk
) -> None:
    written(tmp_path / "runs").close()
    url = f"http://127.0.0.1:{desk.server_port}/api/now/table/incident?token=s3cret"
    tools = {"snow": {"url": url, "template": "servicenow", "headers": {"Authorization": "Bearer s3cret"}}}
    (tmp_path / "records.yaml").write_text(yaml.safe_dump(tools))
    desk.status = 503

    refused = reported(tmp_path)

    assert refused.exit_code == 0, refused.output
    assert f"record not sent yet: snow, run {RUN}: refused with status 503" in refused.stderr
    assert "s3cret" not in refused.output + refused.stderr
    assert len(list((tmp_path / SPOOL).iterdir())) == 1
    for name in ("incident", "problem", "change", "post_mortem"):
        assert (tmp_path / "runs" / RUN / f"{name}.txt").read_text()

    desk.status = 201
    assert reported(tmp_path).stderr == ""
    ((authorisation, kept),) = desk.kept
    assert authorisation == "Bearer s3cret"
    assert kept["correlation_id"] == "INC0010001"
    assert kept["close_code"] == "Failed - rolled back"
    assert kept["u_impact_minutes"] == "4"
    assert not list((tmp_path / SPOOL).iterdir())


def test_a_template_of_jira_or_of_ones_own_is_filled_and_an_unknown_field_is_named(tmp_path: Path) -> None:
    fields = record_fields(tell(written(tmp_path).entries()))
    assert body("jira", fields)["fields"]["labels"] == [
        "oob",
        *(IDS[name] for name in ("change", "incident", "problem")),
    ]
    assert body({"text": "{device}: {status}"}, fields) == {"text": "edge1: Failed - rolled back"}
    with pytest.raises(UsageError, match="unknown field 'ticket'; known: began"):
        body({"text": "{ticket}"}, fields)
    with pytest.raises(UsageError, match="unknown template"):
        body("remedy", fields)


def test_a_file_of_tools_that_makes_no_sense_is_refused_without_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "records.yaml").write_text("snow: {url: 'ftp://user:s3cret@192.0.2.1', template: jira}\n")
    with pytest.raises(UsageError, match="not one of http or https") as refused:
        keepers(tmp_path)
    assert "s3cret" not in str(refused.value)
