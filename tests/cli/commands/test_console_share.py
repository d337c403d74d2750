"""A shared console: one types, the others follow; on real terminals and a real socket."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from oob.cli.join import Recording
from oob.cli.share import Messages, socket_of
from oob.inventory.home import Home
from tests.cli.commands.test_console import PATIENCE, SECRET, ConsoleServer, Terminal

FOLLOWING = b"asks for the keyboard"


@pytest.fixture
def server() -> Iterator[ConsoleServer]:
    made = ConsoleServer()
    yield made
    made.close()


@pytest.fixture
def join(home: Path, hosts: Callable[[str], None], server: ConsoleServer) -> Iterator[Callable[..., Terminal]]:
    """Return what opens a terminal on the console of edge1, shared or joined."""
    hosts(yaml.safe_dump({"edge1": {"data": {"oob": {"paths": [server.url]}}}}))
    opened: list[Terminal] = []

    def start(*words: str) -> Terminal:
        opened.append(Terminal(home, *(words or ("edge1", "--join"))))
        opened[-1].wait_for(b"~? for help" if words else FOLLOWING)
        return opened[-1]

    yield start
    for each in opened:
        each.close()


@pytest.fixture
def owner(join: Callable[..., Terminal], server: ConsoleServer) -> Terminal:
    made = join("edge1", "--share")
    server.say(b"edge1#")
    made.wait_for(b"edge1#")
    return made


def type_password(person: Terminal, server: ConsoleServer, answer: bytes) -> None:
    """Let *person* type the secret at the device's prompt, which then says *answer*."""
    person.type(b"enable\r")
    server.wait_for(b"enable\r")
    server.say(b"enable\r\nPassword: ")
    person.wait_for(b"Password: ")
    person.type(SECRET.encode() + b"\r")
    server.wait_for(SECRET.encode() + b"\r")
    server.say(answer)


def hand_over(owner: Terminal, guest: Terminal) -> None:
    """Let *guest* ask for the keyboard, and get it."""
    guest.type(b"~a")
    owner.wait_for(b"~y gives it")
    owner.type(b"~y")
    guest.wait_for(b"you type now")


def test_the_keyboard_is_handed_over_by_word_and_comes_back(
    owner: Terminal, join: Callable[..., Terminal], server: ConsoleServer
) -> None:
    bob, eve = join(), join()
    for guest in (bob, eve):
        guest.type(b"reload\r")  # of those who only follow, keys go nowhere
    bob.type(b"~a")
    owner.wait_for(b"~y gives it, ~n keeps it")
    owner.type(b"~y")
    bob.wait_for(b"you type now")
    eve.wait_for(b"types now")
    eve.type(b"reload\r~g")
    owner.type(b"erase\r")
    owner.wait_for(b"your keys are not sent")
    bob.type(b"show clock\r")
    server.wait_for(b"show clock\r")
    server.say(b"show clock\r\n12:00:00\r\nedge1#")
    for each in (bob, eve, owner):
        each.wait_for(b"12:00:00")
    bob.type(b"~g")
    owner.wait_for(b"gave the keyboard back")
    bob.type(b"reload\r")
    owner.type(b"exit\r")
    server.wait_for(b"exit\r")
    owner.type(b"~.")
    assert owner.end() == 0
    for guest in (bob, eve):
        guest.wait_for(b"the shared console has ended")
        assert guest.end() == 3


def test_keys_of_a_guest_who_says_nothing_of_a_keyboard_never_reach_the_device(
    home: Path, owner: Terminal, server: ConsoleServer
) -> None:
    with socket.socket(socket.AF_UNIX) as rogue:
        rogue.settimeout(PATIENCE)
        rogue.connect(str(socket_of(Home(home), "edge1")))
        rogue.sendall(Messages.encoded(name="rogue\x1b[2J") + Messages.encoded(keys="reload\r"))
        rogue.sendall(Messages.encoded(**{"break": True}) + Messages.encoded(writes=True) + Messages.encoded(give=True))
        rogue.sendall(b'["no message"]\n')
        while rogue.recv(4096):
            pass
    assert b"\x1b[2J" not in owner.wait_for(b"has gone")
    owner.type(b"show clock\r")
    server.wait_for(b"show clock\r")  # and nothing before it


def test_a_typed_secret_is_masked_for_those_who_follow(
    home: Path, owner: Terminal, join: Callable[..., Terminal], server: ConsoleServer
) -> None:
    bob = join()
    type_password(owner, server, b"\r\nenabled " + SECRET.encode() + b"\r\nedge1#\r\n")
    owner.wait_for(b"edge1#")
    assert SECRET.encode() not in bob.wait_for(b"enabled")
    assert SECRET.encode() not in bob.wait_for(b"edge1#")
    assert not [path for path in (home / "transcripts").iterdir() if SECRET in path.read_text()]


def test_a_password_that_a_guest_types_stands_nowhere(
    home: Path, owner: Terminal, join: Callable[..., Terminal], server: ConsoleServer
) -> None:
    bob = join()
    hand_over(owner, bob)
    type_password(bob, server, b"\r\nit was " + SECRET.encode() + b"\r\n")
    owner.wait_for(b"it was")
    owner.type(b"~.")
    owner.end()
    assert not [path for path in (home / "transcripts").iterdir() if SECRET in path.read_text()]


def test_a_guest_who_dies_with_the_keyboard_gives_it_back(
    owner: Terminal, join: Callable[..., Terminal], server: ConsoleServer
) -> None:
    bob = join()
    hand_over(owner, bob)
    bob.signal(signal.SIGKILL)
    owner.wait_for(b"has gone; ")
    owner.type(b"show clock\r")
    server.wait_for(b"show clock\r")


def test_guests_who_are_stopped_hold_nothing_up_and_one_who_types_loses_the_keyboard(
    owner: Terminal, join: Callable[..., Terminal], server: ConsoleServer
) -> None:
    bob, eve = join(), join()
    hand_over(owner, bob)
    for guest in (bob, eve):
        guest.signal(signal.SIGSTOP)
    began = time.monotonic()
    server.client.settimeout(PATIENCE)
    for _ in range(6):
        server.say((b"GigabitEthernet1 is up, line protocol is up\r\n") * 400)
        owner.wait_for(b"is up\r\n")
    owner.wait_for(b"has gone; ")
    assert time.monotonic() - began < PATIENCE
    owner.type(b"show clock\r")
    server.wait_for(b"show clock\r")
    for guest in (bob, eve):
        guest.signal(signal.SIGCONT)


def test_an_owner_who_dies_ends_the_console_for_all_and_it_can_be_shared_again(
    owner: Terminal, join: Callable[..., Terminal], server: ConsoleServer
) -> None:
    bob = join()
    owner.signal(signal.SIGKILL)
    bob.wait_for(b"the shared console has ended")
    assert bob.end() == 3
    server.hang_up()
    join("edge1", "--share").type(b"~.")


def test_a_console_is_shared_once(home: Path, owner: Terminal) -> None:
    second = Terminal(home, "edge1", "--share")
    second.wait_for(b"is shared already")
    assert second.end() == 2
    second.close()


def test_a_console_that_is_not_shared_cannot_be_joined(home: Path) -> None:
    guest = Terminal(home, "edge1", "--join")
    guest.wait_for(b"its console is not shared")
    assert guest.end() == 2
    guest.close()


def test_a_recording_is_followed_into_its_next_file(tmp_path: Path) -> None:
    (tmp_path / "a.cast").write_text('{"version": 2}\n[0.1, "o", "one "]\n[0.2, "i", "typed"]\n')
    recording = Recording(tmp_path / "a.cast")
    assert recording.more() == "one "
    with (tmp_path / "a.cast").open("a") as file:
        file.write('[0.3, "o", "two "]\n[0.4, "m", "continued in ../a-2.cast"]\n')
    (tmp_path / "a-2.cast").write_text('{"version": 2}\n[0.1, "o", "three"]\n[0.2, "o", "half')
    assert recording.more() == "two three"
    assert recording.more() == ""
