"""What is typed at a console that shows another device's name: no credential, and nothing but what identifies it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from oob.device.connect import entry_of
from oob.device.identity import Expected, Trust
from oob.device.session import DeviceSession
from oob.errors import LoginRefused, OobError, PathLost, UsageError, WrongDevice
from oob.events import Event, Events
from oob.inventory.device import Expect
from oob.secret.credentials import Credentials

ADA = Credentials(username="ada", password="canary-password", enable="canary-enable")
EDGE1 = Expect(hostname="edge1", serial="FCZ2711R0AB")
VERSION = "{name} uptime is 1 day\r\nProcessor board ID {serial}\r\nCisco IOS Software, Version 17.9.4a, RELEASE\r\n"


class Ios:
    """An IOS of little sense: a *login* or none before a prompt in the state *start*, and `show version`."""

    def __init__(self, name: str, serial: str, login: str = "", start: str = ">") -> None:
        self._name, self._serial, self.login, self._start = name, serial, login, start
        self.answers: dict[str, str] = {}
        self._client: socket.socket | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def hang_up(self) -> None:
        """Drop the line; who calls again finds a login."""
        assert self._client is not None
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._client = client
                with client:
                    self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        asks = "login" if self.login else ""
        mode = self._start
        line = ""

        def prompt() -> bytes:
            shown = {"login": self.login, "password": "Password: ", "enable": "Password: "}
            return shown.get(asks, f"{self._name}{mode}").encode()

        with suppress(OSError):
            while data := client.recv(4096):
                for char in data.decode("latin-1"):
                    if char == "\x08":
                        client.sendall(b"\x08 \x08")
                    elif char in "\x03\x15\x12":
                        line = ""
                    elif char != "\r":
                        line += char
                        client.sendall(b"" if asks in ("password", "enable") else char.encode())
                    else:
                        line = line.strip()
                        self.lines += [line] if line else []
                        client.sendall(b"\r\n")
                        if asks == "login" and line:
                            asks = "password"
                        elif asks in ("password", "enable") and line:
                            mode = "#" if asks == "enable" else mode
                            asks = ""
                        elif line == "enable":
                            asks = "enable"
                        elif line.removeprefix("do ") == "show version":
                            client.sendall(VERSION.format(name=self._name, serial=self._serial).encode())
                        elif line in self.answers:
                            client.sendall(self.answers[line].encode())
                            line = ""
                            continue
                        elif line == "end":
                            mode = "#"
                        elif line == "exit":
                            return
                        client.sendall(prompt())
                        line = ""


Router = Callable[..., Ios]


@pytest.fixture
def router() -> Iterator[Router]:
    made: list[Ios] = []

    def make(*given: str, **options: str) -> Ios:
        made.append(Ios(*given, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def session(
    *urls: str, expect: Expect = EDGE1, trust: Trust | None = None, said: list[Event] | None = None
) -> DeviceSession:
    events = Events(said.append) if said is not None else None
    return DeviceSession(entry_of(urls, "cisco_ios", name="edge1", expect=expect), ADA, trust=trust, events=events)


def secrets_in(router: Ios) -> list[str]:
    return [line for line in router.lines if line in ("ada", "canary-password", "canary-enable")]


@pytest.mark.parametrize(
    "login", ["evil login: ", "evil con0 is now available\r\n\r\nUsername: ", "evil (ttyu0)\r\n\r\nlogin: "]
)
def test_no_credential_is_typed_where_the_login_names_another_device(router: Router, login: str) -> None:
    evil = router("evil", "X", login=login)
    with pytest.raises(WrongDevice, match="the console shows hostname evil, edge1 was expected; no credential"):
        session(evil.url).open()
    assert secrets_in(evil) == []


@pytest.mark.parametrize("start", [">", "#", "(config)#"])
def test_no_enable_password_is_typed_at_the_prompt_of_another_device(router: Router, start: str) -> None:
    evil = router("evil", "X", start=start)
    with pytest.raises(WrongDevice, match="serial number X"):
        session(evil.url).open()
    allowed = {"terminal length 0", "terminal width 0", "do terminal length 0", "do terminal width 0"}
    assert set(evil.lines) <= {*allowed, "show version", "do show version"}


def test_a_device_that_was_renamed_is_known_by_its_serial_number_before_the_enable_password(router: Router) -> None:
    renamed = router("broken", "FCZ2711R0AB")
    said: list[Event] = []
    with session(renamed.url, said=said) as device:
        assert device.hostname == "broken"
    assert renamed.lines.index("show version") < renamed.lines.index("canary-enable")
    assert any("its hostname is broken instead of edge1" in event.text for event in said)


def test_an_alias_or_the_override_gets_a_renamed_device_its_login_and_the_serial_number_still_decides(
    router: Router,
) -> None:
    renamed = router("broken", "FCZ2711R0AB", login="broken login: ")
    alias = Expect(hostname="edge1", serial="FCZ2711R0AB", aliases=("broken",))
    with session(renamed.url, expect=alias):
        pass
    with session(renamed.url, trust=Trust(any_name=True)):
        pass
    evil = router("evil", "X", login="evil login: ")
    with pytest.raises(WrongDevice, match="serial number X"):
        session(evil.url, trust=Trust(any_name=True)).open()
    with session(evil.url, trust=Trust(any_name=True, any_device=True), said=(said := [])):
        pass
    assert any("continued by --any-device" in event.text for event in said)


BANNER = "Authorised access to edge1 only, line {line}\r\nUsername: "
KEPT = Expected(hostname="edge1", serial="FCZ2711R0AB", login=("Authorised access to edge1 only, line 3", "Username:"))


def seen(*urls: str, expected: Expected, trust: Trust | None = None, said: list[Event] | None = None) -> DeviceSession:
    """Return a session that knows the login text of a backup."""
    found = session(*urls, trust=trust, said=said)
    found.expect(expected)
    return found


def test_no_credential_is_typed_where_the_banner_of_the_backup_now_names_another_device(router: Router) -> None:
    evil = router("edge1", "FCZ2711R0AB", login=BANNER.format(line=4).replace("edge1", "edge2"))
    with pytest.raises(WrongDevice, match="the login text names edge2 where that of its backup names edge1") as stopped:
        seen(evil.url, expected=KEPT).open()
    assert stopped.value.exit_code == 6
    assert evil.lines == []

    with seen(evil.url, expected=replace(KEPT, aliases=("edge2",))):  # what else would have stopped it
        pass
    assert secrets_in(evil) == ["ada", "canary-password", "canary-enable"]


def test_the_banner_of_the_backup_may_show_other_numbers(router: Router) -> None:
    right, said = router("edge1", "FCZ2711R0AB", login=BANNER.format(line=4)), list[Event]()
    with seen(right.url, expected=KEPT, said=said) as device:
        assert device.console.login_text == ("Authorised access to edge1 only, line 4", "Username:")
    assert not [event.text for event in said if "hostname before the login" in event.text]


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        ((), "the console shows no hostname before the login: credentials are typed"),
        (("Password only", "Username:"), "the login text is not that of its backup: credentials are typed"),
    ],
)
def test_a_console_that_shows_no_name_is_said_and_the_policy_may_refuse_it(
    router: Router, kept: tuple[str, ...], text: str
) -> None:
    silent, said = router("edge1", "FCZ2711R0AB", login="Username: "), list[Event]()
    expected = replace(KEPT, login=kept)
    with pytest.raises(WrongDevice, match="the policy refuses an unknown console, and no credential was typed"):
        seen(silent.url, expected=expected, trust=Trust(needs_name=True)).open()
    assert silent.lines == []

    with seen(silent.url, expected=expected, said=said):
        pass
    assert [event.text for event in said if text in event.text]


def test_a_text_like_a_password_prompt_in_the_middle_of_an_output_gets_no_password(router: Router) -> None:
    right = router("edge1", "FCZ2711R0AB", login="edge1 login: ")
    with session(right.url) as device:
        typed = len(secrets_in(right))
        right.answers["show log"] = "line 1\r\nPassword: \r\nedge1 login: \r\nPassword: "
        with suppress(OobError):
            device.run("show log", silence=0.3)
    assert len(secrets_in(right)) == typed


def test_after_a_reconnect_the_banner_is_compared_again(router: Router) -> None:
    right = router("edge1", "FCZ2711R0AB", login=BANNER.format(line=4))
    reopening = DeviceSession(entry_of([right.url], "cisco_ios", name="edge1", expect=EDGE1), ADA, reopen=5.0)
    reopening.expect(KEPT)
    reopening.open()
    assert len(secrets_in(right)) == 3
    right.hang_up()
    right.login = BANNER.format(line=4).replace("edge1", "edge2")

    with pytest.raises(WrongDevice, match="the login text names edge2"):
        reopening.again(PathLost("gone", is_gone=True))
    reopening.drop()

    assert len(secrets_in(right)) == 3


def test_the_other_path_is_tried_and_the_console_of_the_wrong_device_is_left(router: Router) -> None:
    evil, right = router("evil", "X", login="Username: "), router("edge1", "FCZ2711R0AB", start="#")
    with session(evil.url, right.url) as device:
        assert device.path == right.url
    assert evil.lines[-1] == "exit"


def test_a_wrong_device_is_said_where_no_other_path_works(router: Router) -> None:
    evil = router("evil", "X", start="#")
    with pytest.raises(WrongDevice, match="none of 2 paths works") as stopped:
        session("tcp://127.0.0.1:1", evil.url).open()
    assert stopped.value.exit_code == 6


def test_a_url_that_makes_no_sense_is_that_paths_failure(router: Router) -> None:
    right = router("edge1", "FCZ2711R0AB", start="#")
    for bad in ("nonsense://x", "telnet://nobody.example", "tcp://127.0.0.1:1"):
        with session(bad, right.url) as device:
            assert device.path == right.url


def test_a_console_without_an_expectation_says_so_once(router: Router) -> None:
    any_one = router("any", "X", start="#")
    said: list[Event] = []
    with session(any_one.url, expect=Expect(), said=said):
        pass
    assert [event.text for event in said if event.name == "warning"] == [
        "identity not checked: no expected serial number or hostname"
    ]


def test_a_session_without_an_entry_for_the_platform_or_a_login_says_what_is_missing(router: Router) -> None:
    with pytest.raises(UsageError, match="no platform is given"):
        DeviceSession(entry_of("tcp://127.0.0.1:1", ""), ADA).open()
    silent = router("edge1", "X", login="edge1 login: ")
    with pytest.raises(LoginRefused):
        DeviceSession(entry_of(silent.url, "cisco_ios", expect=EDGE1), Credentials()).open()
