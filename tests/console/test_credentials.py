"""Where credentials are typed: at the login alone, whatever it is called; never where a password is set."""

from __future__ import annotations

import pytest

from oob.console.console import Console
from oob.console.grammar import Grammar
from oob.errors import LoginRefused, QuestionAsked
from oob.profile.store import load, platforms
from tests.console.conftest import SETUP, Secrets
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

WORD = "s3cret-word"
IOS = At("edge1#", {line: Then() for line in SETUP} | {"exit": Then(to="user"), "*": Then("% Invalid input\n")})

# Prompts that set, confirm or change a password, each with where it is published.
NEW_PASSWORDS = {
    "New Password: ": "FortiOS, srl-labs/vrnetlab pull 515",
    "Confirm Password: ": "FortiOS",
    "Enter new password: ": "AOS-CX, vrnetlab",
    "Confirm new password: ": "AOS-CX",
    "Enter old password : ": "PAN-OS",
    "(current) UNIX password: ": "Linux-PAM",
    "Current password: ": "Linux-PAM",
    "Retype new password: ": "Linux-PAM",
    "Neues Passwort: ": "Linux-PAM po/de.po",
    "Geben Sie das neue Passwort erneut ein: ": "Linux-PAM po/de.po",
    "Nouveau mot de passe : ": "Linux-PAM po/fr.po",
    "Retapez le nouveau mot de passe : ": "Linux-PAM po/fr.po",
    "Nueva contraseña: ": "Linux-PAM po/es.po",
    "Vuelva a escribir la nueva contraseña: ": "Linux-PAM po/es.po",
    "Новый пароль: ": "Linux-PAM po/ru.po",
    "Повторите ввод нового пароля: ": "Linux-PAM po/ru.po",
    "新しいパスワード: ": "Linux-PAM po/ja.po",
    "新的密码\uff1a": "Linux-PAM po/zh_CN.po",
    "重新输入新的密码\uff1a": "Linux-PAM po/zh_CN.po",
    "new password> ": "RouterOS 7, first login",
    "repeat new password> ": "RouterOS 7",
    'Enter the password for "admin": ': "NX-OS, unicon.plugins nxos admin_password",
    'Confirm the password for "admin": ': "NX-OS",
    "Enter enable secret: ": "IOS, initial configuration dialog",
    "Confirm enable secret: ": "IOS",
    "Enter secret again:": "IOS-XR, root-system user",
    "Enter root-system username: ": "IOS-XR, unicon.plugins iosxr",
    "Repeat Password: ": "ASA, enable password is not set",
}
# Prompts of a login, in what others report.
LOGINS = {
    "Username(HAD): ": "ytti/oxidized issue 1649",
    "Login Name: ": "ktbyers/netmiko issue 3478",
    "UserName: ": "ktbyers/netmiko issue 758",
    "USERNAME: ": "TACACS+ servers",
    "login: ": "getty",
    "Benutzername: ": "util-linux po/de.po",
    "Nom d'utilisateur : ": "RADIUS servers",
    "用户名:": "Huawei, H3C",
    "Account: ": "D-Link, ZyXEL",
    "User Name:": "Dell PowerConnect, Cisco SMB",
    "Please enter your username: ": "TACACS+ servers",
    "** Authorised access only **Username: ": "a banner without a line end",
}
NO_LOGINS = (
    "Last login: ",
    "Last failed login: ",
    "Previous login: ",
    "Number of failed login: ",
    "Letzte Anmeldung: ",
)
SECOND_FACTORS = {
    "Verification code: ": "google/google-authenticator-libpam",
    "Passcode or option (1-3): ": "Duo, pam_duo",
    "One-time password (OATH) for `ops': ": "oath-toolkit, pam_oath",
    "Enter your PIN: ": "RSA SecurID",
    "Enter Next Tokencode: ": "RSA SecurID",
    "Response: ": "RADIUS challenge",
}


@pytest.mark.parametrize("platform", platforms())
def test_every_platform_tells_a_login_from_a_password_that_is_set(platform: str) -> None:
    grammar = Grammar(load(platform))

    assert {line: grammar.classify(b"\r\n" + line.encode()).kind for line in NEW_PASSWORDS} == dict.fromkeys(
        NEW_PASSWORDS, "new-password"
    )
    assert {line: grammar.classify(b"\r\n" + line.encode()).kind for line in LOGINS} == dict.fromkeys(LOGINS, "login")
    assert {grammar.classify(b"\r\n" + line.encode()).kind for line in SECOND_FACTORS} == {"second-factor"}
    assert not {"login", "password"} & {grammar.classify(b"\r\n" + line.encode()).kind for line in NO_LOGINS}


@pytest.mark.parametrize("prompt", NEW_PASSWORDS)
@pytest.mark.parametrize("platform", ["cisco_ios", "linux"])
def test_no_credential_is_typed_where_a_new_password_was_left_to_be_set(
    monkeypatch: pytest.MonkeyPatch, platform: str, prompt: str
) -> None:
    device = Dialogue({"new": At(prompt, is_secret=True)}, "new", Packets(7))

    with pytest.raises(LoginRefused, match="wants a new password set"):
        Console(on_its_clock(monkeypatch, device), load(platform), Secrets()).open()

    assert set(device.lines("new")) <= {""}


def test_a_first_password_is_known_by_what_stands_above_a_prompt_like_any_other(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    # Huawei S5731, first login over the console
    above = "\nAn initial password is required for the first login via the console.\n"
    states = {
        "enter": At("\nPlease Press ENTER.\n", {"*": Then(above, "set")}),
        "set": At("Please configure the login password (8-16)\nEnter Password:", is_secret=True),
    }
    device = Dialogue(states, "enter", packets)

    with pytest.raises(LoginRefused, match="wants a new password set") as caught:
        Console(on_its_clock(monkeypatch, device), load("huawei_vrp"), Secrets()).open()

    assert caught.value.exit_code == 5
    assert device.lines("set") == []


def test_a_right_password_that_must_be_changed_is_not_called_refused_and_the_session_is_ended(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    # FortiOS 7.4, srl-labs/vrnetlab pull 515
    forced = "\nYou are forced to change your password. Please input a new password.\n"
    states = {
        "user": At("\nFGT-01 login: ", {"*": Then(to="pass")}),
        "pass": At("Password: ", {WORD: Then(forced, "new")}, is_secret=True),
        "new": At("New Password: ", keys={"\x03": Then(to="user")}, is_secret=True),
    }
    device = Dialogue(states, "user", packets)

    with pytest.raises(LoginRefused, match="wants a new password set") as caught:
        Console(on_its_clock(monkeypatch, device), load("fortinet"), Secrets()).open()

    assert "refused" not in str(caught.value)
    assert device.lines("new") == ["\x03"]
    assert device.state == "user"


@pytest.mark.parametrize("prompt", LOGINS)
def test_a_login_in_other_words_is_answered(monkeypatch: pytest.MonkeyPatch, packets: Packets, prompt: str) -> None:
    states = {
        "user": At(f"\n{prompt}", {"ops": Then(to="pass")}),
        "pass": At("Enter PASSCODE: ", {WORD: Then("\n", "priv")}, is_secret=True),
        "priv": IOS,
    }
    device = Dialogue(states, "user", packets)

    console = Console(on_its_clock(monkeypatch, device), load("cisco_ios"), Secrets())
    console.open()

    assert console.state.name == "enable"
    assert device.lines("pass") == [WORD]


@pytest.mark.parametrize("prompt", SECOND_FACTORS)
def test_a_second_factor_is_named_and_nothing_is_typed_there(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, prompt: str
) -> None:
    states = {
        "user": At("\nbox1 login: ", {"*": Then(to="pass")}),
        "pass": At("Password: ", {"*": Then(to="code")}, is_secret=True),
        "code": At(prompt, keys={"\x03": Then(to="user")}, is_secret=True),
    }
    device = Dialogue(states, "user", packets)

    with pytest.raises(LoginRefused, match="second factor") as caught:
        Console(on_its_clock(monkeypatch, device), load("linux"), Secrets()).open()

    assert prompt.strip() in str(caught.value)
    assert device.lines("code") == ["\x03"]


def test_an_empty_password_can_be_given(monkeypatch: pytest.MonkeyPatch, packets: Packets) -> None:
    states = {
        "user": At("\nUsername: ", {"ops": Then(to="pass")}),
        "pass": At("Password: ", {"": Then("\n", "priv"), "*": Then("\n% Login invalid\n", "user")}, is_secret=True),
        "priv": IOS,
    }
    device = Dialogue(states, "user", packets)

    Console(on_its_clock(monkeypatch, device), load("cisco_ios"), Secrets(password="")).open()

    assert device.lines("pass") == [""]


@pytest.mark.parametrize("text", NO_LOGINS)
def test_half_a_line_is_no_verdict(monkeypatch: pytest.MonkeyPatch, packets: Packets, text: str) -> None:
    # ianmiell/shutit issue 310: a lost packet leaves the line half-said for a second
    rest = Then("Sat Nov 18 00:28:14 UTC 2017 on ttyS0\n", "priv")
    states = {
        "user": At("\nleaf1 login: ", {"ops": Then(to="pass")}),
        "pass": At("Password: ", {WORD: Then(to="motd")}, is_secret=True),
        "motd": At(text, takes_lines=False, by_itself=[(1.5, rest)]),
        "priv": At("leaf1#", {"*": Then()}),
    }
    device = Dialogue(states, "user", packets)

    console = Console(on_its_clock(monkeypatch, device), load("arista_eos"), Secrets())
    console.open()

    assert console.state.name == "enable"
    assert device.lines("motd") == []


def test_a_refusal_needs_the_login_prompt_to_stay(monkeypatch: pytest.MonkeyPatch, packets: Packets) -> None:
    states = {
        "user": At("\nbox1 login: ", {"*": Then(to="pass")}),
        "pass": At("Password: ", {"*": Then("\nLogin incorrect\n", "user", pause=2.0)}, is_secret=True),
    }
    device = Dialogue(states, "user", packets)

    with pytest.raises(LoginRefused, match="refused the username or password: 'Login incorrect'"):
        Console(on_its_clock(monkeypatch, device), load("linux"), Secrets()).open()

    assert device.lines("pass") == [WORD]


def test_a_setup_question_is_cancelled_once_and_never_answered(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    # NX-OS, unicon.plugins nxos secure_password
    question = "Do you want to enforce secure password standard (yes/no) [y]: "
    device = Dialogue({"secure": At(question, keys={"\x03": Then("\n")})}, "secure", packets)

    with pytest.raises(QuestionAsked, match="enforce secure password standard"):
        Console(on_its_clock(monkeypatch, device), load("cisco_nxos"), Secrets()).open()

    assert [typed for typed in device.lines("secure") if typed] == ["\x03"]


@pytest.mark.parametrize(
    ("prompt", "is_answered"),
    [
        ("Password: ", True),
        ("Enter PASSCODE: ", True),
        ("Mot de passe : ", True),
        ("Enter  Password: ", False),
        ("Enter new password: ", False),
        ("Verification code: ", False),
    ],
)
def test_the_enable_secret_is_typed_at_a_password_prompt_alone(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, prompt: str, is_answered: bool
) -> None:
    above = "" if is_answered else "The enable password is not set.  Please set it now.\n"
    states = {
        "user": At("\nUsername: ", {"*": Then(to="pass")}),
        "pass": At("Password: ", {"*": Then("\n", "exec")}, is_secret=True),
        "exec": At("edge1>", {"enable": Then(above, "secret"), "exit": Then(to="user"), "*": Then()}),
        "secret": At(prompt, {"en4ble-word": Then("\n", "priv")}, keys={"\x03": Then("\n", "exec")}, is_secret=True),
        "priv": IOS,
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "user", packets))
    console = Console(device, load("cisco_ios"), Secrets())

    if is_answered:
        console.open()
        assert device.lines("secret") == ["en4ble-word"]
        return
    with pytest.raises(LoginRefused, match="no secret was typed there"):
        console.open()
    assert device.lines("secret") == ["\x03"]
    assert device.state == "user"
