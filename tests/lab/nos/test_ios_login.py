from __future__ import annotations

from pathlib import Path

from tests.lab.nos.ios_desk import SECRET, Desk

WITHOUT_AAA = f"""version 17.9
hostname edge1
enable secret 0 enable-me
username ops privilege 15 secret 0 {SECRET}
username guest secret 0 {SECRET}
line con 0
 login local
end
"""


def credentials(desk: Desk, username: str = "ops", password: str = SECRET) -> None:
    desk.type("", 0.1)
    desk.type(username, 0.1)
    desk.type(password, 0)


def test_a_live_server_lets_in_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    credentials(desk)
    assert desk.press("", 0.2).endswith("edge1#")


def test_dead_servers_are_waited_for_one_by_one_before_local_users_count(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.router.aaa("dead")
    credentials(desk)
    assert desk.press("", 7.9) == ""  # two servers, two tries each, two seconds a try
    assert desk.press("", 0.2).endswith("edge1#")


def test_a_server_that_rejects_ends_it_and_local_users_do_not_count(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.router.aaa("rejecting")
    credentials(desk)
    assert desk.press("", 2).endswith("% Authentication failed\n\nUsername: ")


def test_a_list_of_its_own_keeps_the_console_away_from_the_servers(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.login()
    desk.configure("aaa authentication login CONSOLE local", "line con 0", "login authentication CONSOLE")
    desk.type("exit")
    desk.router.aaa("rejecting")
    credentials(desk)
    assert desk.screen.endswith(b"edge1#")


def test_three_wrong_passwords_end_in_a_pause_and_a_fresh_start(tmp_path: Path) -> None:
    desk = Desk(tmp_path, config=WITHOUT_AAA)
    desk.type("", 0.1)
    for _ in range(3):
        desk.type("ops", 0.1)
        shown = desk.type("wrong", 0.5)
        assert "% Login invalid" in shown
    assert "Press RETURN" not in shown
    assert "Press RETURN to get started." in desk.press("", 3)


def test_privilege_follows_the_user_and_enable_asks_for_the_secret(tmp_path: Path) -> None:
    desk = Desk(tmp_path, config=WITHOUT_AAA)
    credentials(desk, "guest")
    assert desk.screen.endswith(b"edge1>")
    assert "% Invalid input" in desk.type("show running-config")
    desk.type("enable")
    assert desk.type("wrong").endswith("Password: ")
    assert desk.type("enable-me").endswith("edge1#")
    assert desk.type("disable").endswith("edge1>")


def test_wrong_enable_secrets_are_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path, config=WITHOUT_AAA)
    credentials(desk, "guest")
    desk.press("")
    desk.type("enable")
    desk.type("wrong")
    desk.type("wrong")
    assert desk.type("wrong").endswith("% Bad secrets\n\nedge1>")


def test_without_console_authorization_everybody_starts_unprivileged(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.login()
    desk.configure("no aaa authorization console")
    desk.type("exit")
    credentials(desk)
    assert desk.press("").endswith("edge1>")


def test_a_line_login_without_a_password_refuses_every_login(tmp_path: Path) -> None:
    desk = Desk(tmp_path, config="line con 0\n login\n")
    desk.type("")
    assert "% Login invalid" in desk.type("guess")


def test_banners_are_shown_before_and_after_the_login(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.login()
    desk.configure("banner motd #Keep out", "edge1#", "banner exec ^Welcome^")
    desk.type("exit")
    assert "\nKeep out\n" in desk.type("", 0.1)
    desk.type("ops", 0.1)
    assert desk.type(SECRET).endswith("Welcome\nedge1#")


def test_an_unfinished_login_times_out(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.type("", 0.1)
    assert "timeout expired" in desk.press("op", 31)
    assert desk.screen.endswith(b"\r\n\r\n")


def test_a_login_outlives_the_connection(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.login()
    desk.type("configure terminal")
    desk.type("interface GigabitEthernet1")
    desk.press("descr")
    desk.clock.advance(600)
    assert desk.press("iption x\r").endswith("edge1(config-if)#")
