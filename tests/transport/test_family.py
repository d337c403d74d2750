"""Families of console servers: what their URLs stand for."""

from __future__ import annotations

import socket

import pytest

from oob.deadline import Deadline
from oob.errors import UsageError
from oob.transport.family import families, guesses, resolve
from oob.transport.opening import open_url
from oob.transport.url import parse

ADDRESSES = [
    ("opengear://ops@192.0.2.10/7", "ssh://ops@192.0.2.10/port07"),
    ("opengear://ops@192.0.2.10/core-1?way=label", "ssh://ops@192.0.2.10/core-1"),
    ("opengear://ops@192.0.2.10/7?way=telnet", "telnet://ops@192.0.2.10:2007"),
    ("opengear://ops@192.0.2.10/7?way=telnet-open", "telnet://192.0.2.10:6007"),
    ("opengear://ops@192.0.2.10/7?way=ssh-line", "ssh://ops@192.0.2.10:3007"),
    ("opengear://ops@192.0.2.10/7?way=raw", "tcp://192.0.2.10:4007"),
    ("zpe://ops@192.0.2.10/r1", "ssh://ops@192.0.2.10/r1"),
    ("avocent_acs://ops@192.0.2.10/3?way=ssh", "ssh://ops@192.0.2.10/ttyS3"),
    ("avocent_acs://ops@192.0.2.10/r1?way=alias", "ssh://ops@192.0.2.10/r1"),
    ("avocent_rpm://ops@192.0.2.10/rpm1:4", "ssh://ops@192.0.2.10/rpm1:4"),
    ("avocent_esp://192.0.2.10/2", "tcp://192.0.2.10:6002"),
    ("digi_portserver://192.0.2.10/9", "telnet://192.0.2.10:2009"),
    ("digi_portserver://192.0.2.10/9?way=raw", "tcp://192.0.2.10:2109"),
    ("digi_portserver://ops@192.0.2.10/9?way=ssh", "ssh://ops@192.0.2.10:2509"),
    ("digi_cm://ops@192.0.2.10/3?way=ssh&base=7100", "ssh://ops@192.0.2.10:7103"),
    ("lantronix_slc://192.0.2.10/4", "telnet://192.0.2.10:2004"),
    ("lantronix_slc://ops@192.0.2.10/4?way=ssh", "ssh://ops@192.0.2.10:3004"),
    ("lantronix_slc://192.0.2.10/4?way=raw", "tcp://192.0.2.10:4004"),
    ("cisco_async://192.0.2.10/66?way=raw", "tcp://192.0.2.10:4066"),
    ("cisco_async://192.0.2.10/66?way=binary", "telnet://192.0.2.10:6066"),
    ("wti://192.0.2.10/5", "telnet://192.0.2.10:2105"),
    ("wti://192.0.2.10/5?way=raw", "tcp://192.0.2.10:3105"),
    ("perle://192.0.2.10/2", "telnet://192.0.2.10:10002"),
    ("raritan://ops@192.0.2.10/8", "ssh://ops@192.0.2.10/8"),
    ("consolepi://192.0.2.10/1", "telnet://192.0.2.10:8001"),
    ("consolepi://192.0.2.10/1?way=named", "telnet://192.0.2.10:7001"),
    ("consolepi://192.0.2.10/1?way=acm", "telnet://192.0.2.10:9001"),
    ("opengear://192.0.2.10/7?way=rfc2217&baud=9600", "rfc2217://192.0.2.10:5007?baud=9600"),
    ("opengear://192.0.2.10/7?way=raw&base=9000", "tcp://192.0.2.10:9007"),
    ("opengear://ops@192.0.2.10:2222/7?legacy=yes", "ssh://ops@192.0.2.10:2222/port07?legacy=yes"),
    ("record+opengear://192.0.2.10/7?way=raw&record.to=a", "record+tcp://192.0.2.10:4007?record.to=a"),
    ("avocent_acs://[2001:db8::1]/1", "telnet://[2001:db8::1]:7001"),
    ("cisco_async://192.0.2.10/66", "telnet://192.0.2.10:2066"),
    ("digi_cm://192.0.2.10/3?base=7000", "telnet://192.0.2.10:7003"),
    ("conserver://ops@192.0.2.10/r1", "console://ops@/r1?server=192.0.2.10"),
    (
        "lantronix_slc://ops@192.0.2.10/4?way=command",
        "ssh://ops@192.0.2.10?command=connect%20direct%20deviceport%204",
    ),
    ("tcp://192.0.2.10:4007", "tcp://192.0.2.10:4007"),
]


@pytest.mark.parametrize(("short", "whole"), ADDRESSES)
def test_a_familys_url_stands_for_one_of_a_real_scheme(short: str, whole: str) -> None:
    assert str(resolve(parse(short))) == whole


def test_the_address_of_every_way_of_every_family_is_tested() -> None:
    urls = [parse(short) for short, _ in ADDRESSES]
    tested = {
        (url.scheme, url.text("way") or next(iter(families()[url.scheme].ways)))
        for url in urls
        if url.scheme in families()
    }
    assert tested == {(name, way) for name, known in families().items() for way in known.ways}


@pytest.mark.parametrize(
    ("short", "reason"),
    [
        (
            "opengear://ops@192.0.2.10/7?way=carrier-pigeon",
            "has no way 'carrier-pigeon'; there are: ssh, label, telnet",
        ),
        ("opengear://ops@192.0.2.10/core-1", "goes by the number of the line, and 'core-1' is none"),
        ("opengear://ops@192.0.2.10/core-1?way=telnet", "goes by the number of the line"),
        ("opengear://ops@192.0.2.10", "which line?"),
        ("opengear:///7", "needs the address of the server"),
        ("digi_cm://192.0.2.10/3", "the base of the ports is a setting of this server: add base="),
    ],
)
def test_a_familys_url_that_leads_nowhere_is_refused(short: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(parse(short))
    assert reason in str(caught.value)


def test_a_familys_url_is_opened_as_what_it_stands_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with open_url(f"opengear://127.0.0.1/7?way=raw&base={port - 7}", Deadline(5)) as transport:
            assert transport.path == f"tcp://127.0.0.1:{port}"


def test_every_way_of_every_family_leads_to_a_scheme_that_is_installed() -> None:
    for name, known in families().items():
        assert known.source, name
        for way in known.ways.values():
            assert way.scheme in ("ssh", "telnet", "tcp", "rfc2217", "console"), name


def test_the_guesses_for_an_unknown_server_come_once_each_and_the_confirmed_first() -> None:
    found = guesses(parse("opengear://ops@192.0.2.10/5"))
    urls = [str(guess.url) for guess in found]
    assert len(urls) == len(set(urls))
    assert "telnet://192.0.2.10:2005" in urls
    assert "telnet://192.0.2.10:7005" in urls
    assert "ssh://ops@192.0.2.10/port05" in urls
    assert [guess.is_confirmed for guess in found] == sorted((guess.is_confirmed for guess in found), reverse=True)
