from __future__ import annotations

import pytest

from oob.secret.credentials import Credentials, resolve


def test_credentials_do_not_show_their_secrets() -> None:
    credentials = Credentials(username="ops", password="hunter2!", enable="s3same", server_password="k3y-of-cs")
    assert "ops" in repr(credentials)
    assert not [secret for secret in credentials.secrets() if secret in repr(credentials)]
    assert credentials.secrets() == ("hunter2!", "s3same", "k3y-of-cs")


def test_what_is_given_comes_before_the_environment_and_that_before_the_file() -> None:
    found = resolve(
        Credentials(username="ada"),
        environ={"OOB_PASSWORD": "from-env", "OOB_SERVER_USERNAME": "cs", "OOB_SERVER_PASSWORD": "cs-env"},
        stored=lambda: pytest.fail("nothing that is needed was unknown"),
    )
    assert found == Credentials(username="ada", password="from-env", server_username="cs", server_password="cs-env")


def test_the_file_is_opened_when_something_needed_is_unknown_and_fills_every_gap() -> None:
    stored = Credentials(username="ops", password="from-file", enable="e-file")
    found = resolve(Credentials(), environ={"OOB_ENABLE": "e-env"}, stored=lambda: stored)
    assert found == Credentials(username="ops", password="from-file", enable="e-env")


def test_a_password_is_never_taken_together_with_another_users_name() -> None:
    stored = Credentials(username="ops", password="of-ops", server_username="cs", server_password="of-cs")
    found = resolve(Credentials(username="ada", server_username="me"), environ={}, stored=lambda: stored)
    assert found == Credentials(username="ada", server_username="me")
    assert resolve(Credentials(username="ops"), environ={}, stored=lambda: stored).password == "of-ops"


def test_a_person_is_asked_only_for_what_is_needed_and_unknown() -> None:
    asked: list[str] = []

    def ask(slot: str) -> str:
        asked.append(slot)
        return "typed"

    found = resolve(Credentials(username="ops"), environ={}, ask=ask)
    assert found == Credentials(username="ops", password="typed")
    assert asked == ["password"]


def test_without_anybody_to_ask_what_is_unknown_stays_so() -> None:
    assert resolve(Credentials(), environ={}) == Credentials()


def test_an_empty_password_is_known() -> None:
    assert resolve(Credentials(), environ={"OOB_USERNAME": "root", "OOB_PASSWORD": ""}).lacks(["password"]) == ()
