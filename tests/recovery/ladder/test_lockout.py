"""Who gets in on the console, by a configuration, while AAA servers are silent or say no."""

from __future__ import annotations

import pytest

from oob.recovery.ladder.lockout import Doors, look

USER = "username ops privilege 15 secret 9 $9$x"
ENABLE = "enable secret 9 $9$y"
AAA = ("aaa new-model", USER, ENABLE)
LOCAL = "aaa authentication login default local"
SHELL = "aaa authorization exec default group ISE"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("aaa new-model", "aaa authentication login default group ISE local"), "nothing is configured for local"),
        ((*AAA, "aaa authentication login default group ISE"), "it lists only servers"),
        (("aaa new-model", "aaa authentication login default group ISE enable"), "nothing is configured for enable"),
        (
            (
                *AAA,
                "aaa authentication login default local",
                "aaa authentication login CON group ISE",
                "line con 0 login authentication CON",
            ),
            "login (group ISE) refuses every user",
        ),
        (
            (
                *AAA,
                "aaa authentication login default group ISE local",
                "aaa authorization console",
                "aaa authorization exec default group ISE",
            ),
            "authorisation on the console (group ISE)",
        ),
        (
            (
                *AAA,
                "aaa authentication login default group ISE local",
                "aaa authentication enable default group ISE",
            ),
            "the enable command (group ISE)",
        ),
        ((*AAA, "line con 0 no exec"), "gives no prompt"),
        (("line con 0 login local",), "has no user with a password"),
        (("line con 0 login",), "asks for a password and none is set"),
    ],
)
def test_a_door_that_only_a_server_opens_is_closed(lines: tuple[str, ...], why: str) -> None:
    closed = look("method-lists", lines).closed
    assert len(closed) == 1
    assert why in closed[0]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("aaa new-model",),
        (*AAA, LOCAL),
        (*AAA, "aaa authentication login CON local", "line con 0 login authentication CON"),
        (*AAA, LOCAL, "line con 0 login authentication GONE"),
        (*AAA, LOCAL, SHELL),
        (*AAA, LOCAL, "aaa authorization console", f"{SHELL} local"),
        ("line con 0 login", "line con 0 password 7 0822455D0A16"),
    ],
)
def test_a_door_with_a_key_of_its_own_is_open(lines: tuple[str, ...]) -> None:
    assert look("method-lists", lines) == Doors()


def test_a_server_that_is_asked_first_is_said_to_keep_local_users_out_when_it_rejects() -> None:
    doors = look("method-lists", (*AAA, "aaa authentication login default group ISE local"))
    assert (doors.closed, len(doors.doubtful)) == ((), 1)


SERVERS_ONLY = {
    "console-or-default": "aaa authentication login console group ISE",
    "fallback": "no aaa authentication login console fallback error local",
    "line-list": "line console login authentication CON",
}
BEFORE = {
    "console-or-default": (USER, "aaa authentication login default group ISE local"),
    "fallback": (USER, "aaa authentication login console group ISE"),
    "line-list": (USER, "aaa authentication login default group ISE local", "aaa authentication login CON group ISE"),
}


@pytest.mark.parametrize("rules", SERVERS_ONLY)
def test_one_line_closes_the_console_of_each_platform(rules: str) -> None:
    assert look(rules, BEFORE[rules]).closed == ()
    (why,) = look(rules, (*BEFORE[rules], SERVERS_ONLY[rules])).closed
    assert (
        "the console's login (group ISE) refuses every user while no AAA server answers: it lists only servers" in why
    )


@pytest.mark.parametrize("rules", SERVERS_ONLY)
def test_a_server_that_is_asked_first_is_doubtful_on_each_platform(rules: str) -> None:
    doors = look(rules, BEFORE[rules])
    assert "rejects locks out every local user" in doors.doubtful[0]
    assert look(rules, (USER,)) == Doors()


@pytest.mark.parametrize(
    ("rules", "lines", "why"),
    [
        ("console-or-default", ("no username admin",), "nothing is configured for local"),
        (
            "console-or-default",
            (USER, "aaa authorization serial-console", "aaa authorization commands all default group ISE"),
            "authorisation on the console (group ISE)",
        ),
        (
            "console-or-default",
            (USER, "aaa authorization console", "aaa authorization exec default group ISE"),
            "authorisation on the console (group ISE)",
        ),
        ("console-or-default", (USER, "aaa authentication enable default group ISE"), "the enable command (group ISE)"),
        ("fallback", (), "nothing is configured for local"),
        (
            "fallback",
            (
                USER,
                "aaa authentication login default group ISE",
                "no aaa authentication login default fallback error local",
            ),
            "it lists only servers",
        ),
        ("line-list", (), "nothing is configured for local"),
        ("line-list", (USER, "aaa authorization exec default group ISE"), "authorisation on the console (group ISE)"),
    ],
)
def test_what_else_closes_the_console_of_a_platform(rules: str, lines: tuple[str, ...], why: str) -> None:
    (closed,) = look(rules, lines).closed
    assert why in closed


@pytest.mark.parametrize(
    ("rules", "lines"),
    [
        ("console-or-default", ()),
        ("console-or-default", (USER, "aaa authorization commands all default group ISE")),
        ("console-or-default", ("no username admin", "username ops role network-admin nopassword")),
        ("fallback", (USER, "no aaa authentication login default fallback error local")),
        ("line-list", ("username ops secret 10 $6$x", "aaa authorization exec default none")),
        ("line-list", ("aaa authentication login default line", "line console password 7 0822455D0A16")),
    ],
)
def test_what_leaves_the_console_of_a_platform_open(rules: str, lines: tuple[str, ...]) -> None:
    assert look(rules, lines) == Doors()


ROOT = 'system root-authentication encrypted-password "$6$x"'
OPS = 'system login user ops authentication encrypted-password "$6$y"'


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "neither root nor any user"),
        ((ROOT, OPS, "system ports console disable"), "switched off"),
        ((ROOT, "system ports console insecure"), "refuses root"),
    ],
)
def test_a_junos_console_without_a_usable_login_is_closed(lines: tuple[str, ...], why: str) -> None:
    assert why in look("authentication-order", lines).closed[0]


def test_an_order_without_passwords_is_doubtful_and_not_closed() -> None:
    doors = look("authentication-order", (ROOT, OPS, "system authentication-order tacplus"))
    assert doors.closed == ()
    assert "the order is tacplus" in doors.doubtful[0]
    assert look("authentication-order", (ROOT, "system authentication-order password")) == Doors()


def test_a_platform_without_rules_is_not_judged() -> None:
    assert look("", ("aaa new-model",)) == Doors()
