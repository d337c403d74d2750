"""The live page over HTTP: headers, roles, hosts, and what its stream says of a run under way."""

from __future__ import annotations

import http.client
import json
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import oob.recovery.record.events as events
from oob.errors import GuardStopped, UsageError
from oob.inventory.home import Home
from oob.recovery.record.journal import read
from oob.recovery.record.requests import NAME as REQUESTS
from oob.web.access import Tokens
from oob.web.presence import address_of, present
from oob.web.server import Listener, LivePage
from tests.web.written import ATTEMPT, RUN, SECOND, WrittenRun

Ask = Callable[..., tuple[int, dict[str, str], str]]


class Stream:
    """The events of one page, as a browser reads them."""

    def __init__(self, port: int, path: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._connection.request("GET", path)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self.sizes: list[int] = []

    def events(self) -> Iterator[tuple[str, Any]]:
        """Yield the kind and the data of each event."""
        kind = "message"
        for raw in self._answer:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                if kind == "message":
                    self.sizes.append(len(raw))
                yield kind, json.loads(line.removeprefix("data: "))
                kind = "message"

    def close(self) -> None:
        self._connection.close()


@pytest.mark.parametrize("path", ["/", f"/runs/{RUN}", "/page.css", "/page.js", "/login", "/nothing"])
def test_every_answer_has_the_security_headers(run: WrittenRun, ask: Ask, path: str) -> None:
    _, headers, _ = ask(path)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_the_pages_hold_no_inline_script_or_style(run: WrittenRun, ask: Ask) -> None:
    run.begin()
    for path in ("/", f"/runs/{RUN}", "/login"):
        _, _, body = ask(path)
        assert "<style" not in body
        assert " style=" not in body
        assert body.count("<script") == body.count("<script src=")


def test_a_name_that_is_not_served_is_refused(ask: Ask) -> None:
    assert ask("/", Host="attacker.example")[0] == 421


def test_a_form_of_another_page_is_refused(ask: Ask) -> None:
    assert ask("/login", "POST", "token=x", Origin="http://attacker.example", Content_Length="7")[0] == 403


def test_a_run_outside_the_runs_is_not_found(ask: Ask) -> None:
    assert ask("/runs/..%2f..%2fetc")[0] == 404
    assert ask("/events/nothing")[0] == 404


def test_a_wrong_token_is_no_visitor_even_on_loopback(home: Home, ask: Ask) -> None:
    assert ask("/", Authorization="Bearer nonsense")[0] == 401
    assert ask("/")[0] == 200


def test_a_token_gives_its_name_and_role(home: Home, ask: Ask) -> None:
    token = Tokens().enrol(home.path, "anna", "operator")
    assert "anna, operator" in ask("/", Authorization=f"Bearer {token}")[2]
    assert token not in (home.path / "web.yaml").read_text()


def test_a_token_made_anew_voids_the_old_one(home: Home) -> None:
    old = Tokens().enrol(home.path, "anna", "viewer")
    new = Tokens.load(home.path).enrol(home.path, "anna", "viewer")
    known = Tokens.load(home.path)
    assert known.visitor(old) is None
    assert known.visitor(new) is not None


def test_beyond_loopback_tls_and_a_token_are_demanded(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TLS is needed"):
        LivePage(home, Listener(address="0.0.0.0"))
    file = tmp_path / "a.pem"
    with pytest.raises(UsageError, match="by which name"):
        LivePage(home, Listener(address="0.0.0.0", certificate=file, key=file))
    with pytest.raises(UsageError, match="enrol a visitor first"):
        LivePage(home, Listener(address="0.0.0.0", names=("jump1",), certificate=file, key=file))


def test_a_damaged_token_file_lets_in_no_token_and_the_answer_keeps_its_headers(home: Home, ask: Ask) -> None:
    (home.path / "web.yaml").write_text("tokens: [")
    status, headers, _ = ask("/", Authorization="Bearer anything")
    assert status == 503
    assert "content-security-policy" in headers


def test_a_visitor_over_tls_with_a_token_sees_the_page(
    home: Home, tmp_path: Path, serve: Callable[..., LivePage]
) -> None:
    certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
    names = ["-subj", "/CN=jump1", "-addext", "subjectAltName=IP:127.0.0.2"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    token = Tokens().enrol(home.path, "anna", "viewer")
    page = serve(certificate=certificate, key=key)
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    connection = http.client.HTTPSConnection("127.0.0.1", page.port, timeout=10, context=context)
    connection.request("GET", "/", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert "anna, viewer" in answer.read().decode()
    connection.close()


def test_the_commands_learn_the_address_only_while_it_is_served(home: Home) -> None:
    assert address_of(home) == ""
    with present(home, "http://127.0.0.1:1/"):
        assert address_of(home) == "http://127.0.0.1:1/"
        with pytest.raises(GuardStopped, match="runs already"), present(home, "http://127.0.0.1:2/"):
            pass
    assert address_of(home) == ""


def test_the_stream_says_the_whole_and_then_each_change_below_a_kilobyte(
    run: WrittenRun, serve: Callable[..., LivePage]
) -> None:
    run.begin()
    stream = Stream(serve().port, f"/events/{RUN}")
    told = stream.events()
    kind, state = next(told)
    assert kind == "whole"
    assert state["band"]["verdict"] == "RECOVERING"
    run.attempt(ATTEMPT, fails=True)
    run.note(events.RUN_STOPPED, "x" * 5000, {"exit_code": 8})
    changes: list[Any] = []
    while not any(path == ["band", "over"] for path, *_ in changes):
        changes += next(told)[1]
    stream.close()
    assert [value for path, value in ((path, value) for path, *value in changes) if path == ["band", "verdict"]] == [
        ["STOPPED"]
    ]
    assert max(stream.sizes) <= 1024


def test_what_a_device_prints_arrives_as_text(run: WrittenRun, serve: Callable[..., LivePage]) -> None:
    run.begin()
    run.note(events.READING_DOUBT, "<script>alert(1)</script>\x1b]0;pwned\x07")
    stream = Stream(serve().port, f"/events/{RUN}")
    _, state = next(stream.events())
    stream.close()
    said = [line["text"] for line in state["said"].values()]
    assert said[-1] == "<script>alert(1)</script>\\x1b]0;pwned\\x07"


def test_a_viewer_is_refused_and_an_operators_word_is_written_down(home: Home, run: WrittenRun, ask: Ask) -> None:
    run.begin()
    run.note(events.QUESTION.started, "Confirm it on the device?", expected=120.0, silence="the device reverts it")
    waited = read(run.journal.location).entries[-1].sequence
    viewer = Tokens.load(home.path).enrol(home.path, "viewer1", "viewer")
    operator = Tokens.load(home.path).enrol(home.path, "operator1", "operator")
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    address = f"/runs/{RUN}/tell"
    assert ask(address, "POST", "do=yes", **form)[0] == 403
    assert ask(address, "POST", "do=yes", Authorization=f"Bearer {viewer}", **form)[0] == 403
    assert not (home.runs / RUN / REQUESTS).exists()
    assert ask(address, "POST", "do=reload", Authorization=f"Bearer {operator}", **form)[0] == 409
    assert ask(address, "POST", "do=yes&question=1", Authorization=f"Bearer {operator}", **form)[0] == 409
    written = ask(address, "POST", f"do=yes&question={waited}", Authorization=f"Bearer {operator}", **form)
    assert written[0] == 204
    line = json.loads((home.runs / RUN / REQUESTS).read_text())
    assert line == {"do": "yes", "by": "operator1", "question": waited}


def test_nothing_is_told_to_a_run_that_is_over(home: Home, run: WrittenRun, ask: Ask) -> None:
    run.begin()
    run.attempt(SECOND, fails=False)
    run.finish()
    token = Tokens.load(home.path).enrol(home.path, "anna", "operator")
    status, _, text = ask(f"/runs/{RUN}/tell", "POST", "do=pause", Authorization=f"Bearer {token}")
    assert (status, text) == (409, f"run {RUN} is over\n")


def test_a_consoles_page_allows_one_nonce_and_no_other_style(home: Home, run: WrittenRun, ask: Ask) -> None:
    run.begin()
    _, headers, body = ask(f"/runs/{RUN}/console")
    policy = headers["content-security-policy"]
    nonce = body.partition('data-nonce="')[2].partition('"')[0]
    assert f"style-src 'self' 'nonce-{nonce}';" in policy
    assert "unsafe" not in policy
    assert ask(f"/runs/{RUN}/console")[1]["content-security-policy"] != policy
    assert ask("/transcripts/..%2fweb")[0] == 404
    assert ask("/runs/nothing/console")[0] == 404


def test_a_transcript_is_followed_line_by_line_while_it_is_written(
    home: Home, run: WrittenRun, serve: Callable[..., LivePage]
) -> None:
    run.begin()
    cast = home.runs / RUN / "console-1.cast"
    cast.write_text('{"version": 2, "width": 80, "height": 24}\n[0.5, "o", "edge1#"]\n[0.6, "o", "torn')
    stream = Stream(serve().port, f"/casts/{RUN}")
    told = stream.events()
    assert next(told)[1] == [{"version": 2, "width": 80, "height": 24}, [0.5, "o", "edge1#"]]
    with open(cast, "a") as file:
        file.write('"]\nnot json\n[0.7, "o", "show version"]\n')
    assert next(told)[1] == [[0.6, "o", "torn"], [0.7, "o", "show version"]]
    stream.close()


def test_two_browsers_follow_a_shared_console_and_see_who_types(home: Home, serve: Callable[..., LivePage]) -> None:
    cast = home.transcripts / "edge1-1.cast"
    cast.parent.mkdir(parents=True)
    cast.write_text('{"version": 2, "width": 80, "height": 24}\n[0.5, "o", "edge1#"]\n')
    port = serve().port
    streams = [Stream(port, "/casts/console/edge1-1") for _ in range(2)]
    told = [stream.events() for stream in streams]
    assert next(told[0]) == next(told[1])
    with open(cast, "a") as file:
        file.write('[0.6, "m", "bob types now"]\n')
    assert [next(each)[1] for each in told] == [[[0.6, "m", "bob types now"]]] * 2
    for stream in streams:
        stream.close()
