from __future__ import annotations

from datetime import date
from traceback import format_exception

import pytest

from oob.errors import SecretError
from oob.secret.content import TEMPLATE, Secrets
from oob.secret.credentials import Credentials

TEXT = """
default: {username: ops, password: of-all, expires: 2026-01-01}
groups:
  berlin: {enable: of-berlin}
  other: {enable: of-other, server_password: of-server}
devices:
  edge1: {password: of-edge1, expires: 2026-02-01}
  core1: {username: ada}
"""


def test_the_nearest_credentials_win() -> None:
    secrets = Secrets.parse(TEXT)
    assert secrets.credentials("edge1", ["berlin", "other"]) == Credentials(
        username="ops", password="of-edge1", enable="of-berlin", server_password="of-server"
    )
    assert secrets.credentials("unknown") == Credentials(username="ops", password="of-all")


def test_another_users_password_is_not_inherited() -> None:
    assert Secrets.parse(TEXT).credentials("core1") == Credentials(username="ada")


def test_names_are_listed_without_their_values() -> None:
    names = Secrets.parse(TEXT).names()
    assert [(name.scope, name.slot) for name in names] == [
        ("default", "username"),
        ("default", "password"),
        ("group berlin", "enable"),
        ("group other", "enable"),
        ("group other", "server_password"),
        ("device edge1", "password"),
        ("device core1", "username"),
    ]
    assert names[-2].expires == date(2026, 2, 1)
    assert "of-" not in repr(names)
    assert "of-" not in repr(Secrets.parse(TEXT))


def test_credentials_that_expire_are_warned_of() -> None:
    secrets = Secrets.parse(TEXT)
    assert secrets.expiring("edge1", today=date(2025, 12, 1)) == ()
    assert secrets.expiring("edge1", today=date(2025, 12, 20)) == ("credentials of default expire on 2026-01-01",)
    assert secrets.expiring("edge1", today=date(2026, 2, 2)) == (
        "credentials of device edge1 expired on 2026-02-01",
        "credentials of default expired on 2026-01-01",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("defualt: {}", "secrets:defualt: there is no such key; did you mean default"),
        ("default: {pasword: hunter2}", "secrets:default.pasword: there is no such key; did you mean password"),
        ("default: {password: 4711}", "secrets:default.password: should be text"),
        ("default: {password: 'hunter2}", "secrets:1: this is not YAML"),
        ("default: {expires: soon}", "secrets:default.expires: should be a date"),
        ("devices: {edge1: hunter2}", "secrets:devices.edge1: should be a mapping"),
        ("devices: {1: {}}", "secrets:devices.1: there is no such key; quote it"),
        ("hunter2", "secrets: should be a mapping"),
        ("default: {expires: 2026-99-99}", "secrets: this is not YAML"),
        ("\x00", "secrets: this is not YAML"),
        ("[" * 3000, "secrets: this is not YAML"),
    ],
)
def test_a_mistake_is_named_and_no_value_is_quoted(text: str, reason: str) -> None:
    with pytest.raises(SecretError, match=f"^{reason}") as caught:
        Secrets.parse(text)
    assert "hunter2" not in "".join(format_exception(caught.value)).replace(f"Secrets.parse({text!r})", "")


def test_the_template_is_valid_and_empty() -> None:
    assert Secrets.parse(TEMPLATE) == Secrets()
    assert Secrets.parse("") == Secrets()
    example = "\n".join(line.removeprefix("# ") for line in TEMPLATE.splitlines()[3:])
    assert Secrets.parse(example).credentials("edge1", ["berlin"]).enable == "change me"
