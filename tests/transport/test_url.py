"""Console URLs: what they mean, and one clear sentence for each that means nothing."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.deadline import Deadline
from oob.errors import UsageError
from oob.transport.access import Access
from oob.transport.opening import open_url
from oob.transport.url import ConsoleURL, address_of, parse


@pytest.mark.parametrize(
    "text",
    [
        "serial:///dev/ttyUSB0?baud=9600&flow=none",
        "tcp://192.0.2.10:4007",
        "telnet://192.0.2.10:2007",
        "telnet://[2001:db8::7]:2007",
        "telnet://[fe80::1%25eth0]:2007",
        "rfc2217://192.0.2.10:5007?baud=9600",
        "ssh://ops@192.0.2.10:22/port07",
        "sol://admin@192.0.2.20",
        "console:///r1?server=192.0.2.10",
        "exec:///usr/bin/virsh?arg=console&arg=r1",
        "opengear://ops@192.0.2.10/7",
        "record+fault+tcp://192.0.2.10:4007?record.to=a.jsonl&fault.kind=drop&fault.at=120",
    ],
)
def test_every_url_of_the_manual_reads_back_as_it_was_written(text: str) -> None:
    assert str(parse(text)) == text


def test_a_url_is_taken_apart() -> None:
    assert parse("record+ssh://ops@[2001:db8::7]:22/port%2007?record.to=x.jsonl&menu=1") == ConsoleURL(
        scheme="ssh",
        wrappers=("record",),
        user="ops",
        host="2001:db8::7",
        port=22,
        path="/port 07",
        options={"record.to": "x.jsonl", "menu": "1"},
    )


def test_the_repeated_option_arg_keeps_its_order() -> None:
    assert parse("exec:///bin/sh?arg=-c&arg=echo a=b %26").args == ("-c", "echo a=b &")


def test_a_zone_id_may_be_written_either_way() -> None:
    assert parse("tcp://[fe80::1%eth0]:1").host == parse("tcp://[fe80::1%25eth0]:1").host == "fe80::1%eth0"


words = st.text(max_size=12)


@given(
    st.sampled_from(["tcp", "ssh", "exec"]),
    words,
    st.sampled_from(["", "192.0.2.1", "2001:db8::1", "fe80::1%eth0"]),
    st.none() | st.integers(1, 65535),
    words,
    st.dictionaries(st.sampled_from(["baud", "menu", "to"]), words),
    st.lists(words, max_size=3),
)
def test_any_url_reads_back_as_itself(
    scheme: str, user: str, host: str, port: int | None, path: str, options: dict[str, str], args: list[str]
) -> None:
    url = ConsoleURL(
        scheme=scheme,
        user=user if host else "",
        host=host,
        port=port if host else None,
        path=f"/{path}",
        options=options,
        args=tuple(args),
    )
    assert parse(str(url)) == url


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begins with a scheme"),
        ("192.0.2.10:4007", "begins with a scheme"),
        ("TCP//192.0.2.10", "begins with a scheme"),
        ("tcp://edge1.example.net:4007", "edge1.example.net is a name, and oob looks no name up"),
        ("tcp://edge1:4007", "edge1 is a name"),
        ("tcp://192.0.2.300:4007", "is not an IP address"),
        ("tcp://192.0.2.10:port", "a port that is not a number from 1 to 65535"),
        ("tcp://192.0.2.10:0", "a port that is not a number from 1 to 65535"),
        ("tcp://192.0.2.10:70000", "a port that is not a number from 1 to 65535"),
        ("tcp://192.0.2.10:", "a port that is not a number from 1 to 65535"),
        ("tcp://2001:db8::7:4007", "a port that is not a number"),
        ("tcp://[2001:db8::7:4007", "a bracket missing"),
        ("tcp://[2001:db8::7]4007", "something behind it"),
        ("serial:///dev/ttyS0?baud=1&baud=2", "option 'baud' is there twice"),
        ("tcp://192.0.2.10:1?fault.at=1", "belongs to fault+, which is not in front of tcp://"),
    ],
)
def test_a_bad_url_is_refused_in_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=r".+") as caught:
        parse(text)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "ssh://ops:hunter2@192.0.2.10/port07",
        "telnet://:hunter2@192.0.2.10",
        "ssh://ops:hunt/hunter2@192.0.2.10",
        "ssh://ops:hunt@hunter2@192.0.2.10",
        "telnet://hunt:hunter2/@192.0.2.10",
        "sol://admin@192.0.2.20?password=hunter2",
        "record+sol://admin@192.0.2.20?record.passphrase=hunter2",
    ],
)
def test_a_password_in_a_url_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert "hunter2" not in str(caught.value)


def test_the_line_behind_the_user_name_of_a_console_server_is_no_password() -> None:
    assert parse("ssh://ops:port02@192.0.2.10").user == "ops:port02"
    assert parse("ssh://ops:ttyS1@192.0.2.10").user == "ops:ttyS1"
    assert parse("ssh://ops%3Acore-1@192.0.2.10").user == "ops:core-1"


def test_a_name_is_taken_from_the_table_of_hosts_and_from_nowhere_else() -> None:
    hosts = {"oob-gw": "192.0.2.10", "oob-gw6": "2001:db8::10"}
    assert parse("tcp://oob-gw:4007", hosts).host == "192.0.2.10"
    assert parse("tcp://oob-gw6:4007", hosts).host == "2001:db8::10"
    with pytest.raises(UsageError, match="localhost is a name"):
        parse("tcp://localhost:4007", hosts)


def test_a_table_of_hosts_that_maps_to_a_name_is_refused() -> None:
    with pytest.raises(UsageError, match=r"gw\.example\.net is a name"):
        address_of("gw", {"gw": "gw.example.net"})


def test_an_unknown_scheme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown scheme 'gopher'; there are .*exec.*opengear.*serial.*tcp.*telnet"):
        open_url("gopher://192.0.2.10", Deadline(1))


@pytest.mark.parametrize("name", ["base", "url", "descriptor", "record", "oob"])
def test_a_module_that_is_no_scheme_is_not_opened_as_one(name: str) -> None:
    with pytest.raises(UsageError, match="unknown scheme"):
        open_url(f"{name}:///x", Deadline(1))


def test_an_unknown_wrapper_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown wrapper 'tcp'; there are fault, record"):
        open_url("tcp+tcp://192.0.2.10:1", Deadline(1))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tcp://192.0.2.10", "needs a port"),
        ("tcp:///x", "needs the address of the server"),
        ("tcp://192.0.2.10:1?baud=9600", "tcp:// has no option 'baud'"),
        ("serial:///dev/null?baud=fast", "baud=fast is not a number"),
        ("serial:///dev/null?baud=9600.5", "is not a whole number"),
        ("serial:///dev/null?baud=0", "would hang up the line"),
        ("serial:///dev/null?bits=9", "is not 5, 6, 7 or 8"),
        ("serial:///dev/null?parity=strange", "parity=strange is not one of none, even, odd"),
        ("serial://192.0.2.10/dev/ttyS0", "needs a device file"),
        ("exec://", "needs the full path of a program"),
        ("replay://", "needs a file"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_before_anything_is_opened(text: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_url(text, Deadline(1))
    assert reason in str(caught.value)


def test_a_path_and_its_wrappers_are_opened_inside_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = f"record+fault+tcp://gw:{port}?record.to={tmp_path}/r.jsonl&fault.kind=garble&fault.at=1"
        with open_url(text, Deadline(5), Access(hosts={"gw": "127.0.0.1"})) as transport:
            far, _ = server.accept()
            with far:
                far.sendall(b"abc")
                assert transport.read(100, 5) + transport.read(100, 5) == b"awc"
            assert transport.path == f"tcp://127.0.0.1:{port}"
    assert '"read": "w' in (tmp_path / "r.jsonl").read_text()


def test_a_wrapper_that_cannot_be_put_around_closes_the_path() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with pytest.raises(UsageError, match=r"record\+ needs record\.to"):
            open_url(f"record+tcp://127.0.0.1:{server.getsockname()[1]}", Deadline(5))
        far, _ = server.accept()
        with far:
            far.settimeout(5)
            assert far.recv(1) == b""
