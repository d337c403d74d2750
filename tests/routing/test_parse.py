"""What is asked of every platform's reader: found by name, it refuses what is cut short and takes out what is noise."""

from __future__ import annotations

import pytest

from oob.errors import RouteError, UsageError
from oob.routing.parse import parse, platforms
from tests.routing.samples import FOLDER, read

TABLE = (
    "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n"
    "\n"
    "Gateway of last resort is not set\n"
    "\n"
    "      10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks\n"
    "O        10.1.0.0/16 [110/20] via 192.0.2.1, 1d18h, GigabitEthernet0/0/2\n"
    "C        10.2.0.0/24 is directly connected, GigabitEthernet0/0/1\n"
)


def test_an_unknown_platform_is_a_usage_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="cisco_ios"):
        parse("amiga", TABLE)


def test_a_platform_that_prints_the_tables_of_another_is_read_like_it() -> None:
    assert "cisco_xe" in platforms()
    assert parse("cisco_xe", TABLE).routes == parse("cisco_ios", TABLE).routes


def test_a_line_that_no_rule_understands_is_an_error_with_its_number_and_text() -> None:
    with pytest.raises(RouteError) as refused:
        parse("cisco_ios", TABLE.replace("O        10.1", "?        10.1"))
    assert refused.value.line == 6
    assert refused.value.text.startswith("?        10.1.0.0/16")
    assert refused.value.exit_code == 9


def test_announced_totals_count_an_opaque_line() -> None:
    table = parse("cisco_ios", TABLE.replace("O        10.1", "?        10.1"), lenient=True)
    assert [line.line for line in table.opaque] == [6]
    assert table.totals_wrong == ()


def test_a_lenient_reading_lists_the_total_that_opaque_lines_do_not_explain() -> None:
    text = TABLE.replace("O        10.1", "?        10.1").replace("2 subnets", "9 subnets")
    assert parse("cisco_ios", text, lenient=True).totals_wrong[0][1:] == ("subnets", 9, 1)


def test_a_part_of_a_table_has_no_totals_to_meet() -> None:
    part = "".join(line for line in TABLE.splitlines(keepends=True) if not line.startswith("C  "))
    with pytest.raises(RouteError, match="2 subnets announced but 1 printed"):
        parse("cisco_ios", part)
    assert len(parse("cisco_ios", part, partial=True).routes) == 1


@pytest.mark.parametrize("prompt", ["edge1#", "edge1>", "edge1# "])
def test_after_an_echoed_command_there_has_to_be_the_prompt(prompt: str) -> None:
    echoed = f"{prompt}show ip route\n{TABLE}"
    assert parse("cisco_ios", echoed + prompt).routes == parse("cisco_ios", TABLE).routes
    with pytest.raises(RouteError, match="no prompt"):
        parse("cisco_ios", echoed)


def test_output_alone_needs_the_end_of_its_last_line() -> None:
    assert len(parse("cisco_ios", TABLE).routes) == 2
    with pytest.raises(RouteError, match="unfinished") as refused:
        parse("cisco_ios", TABLE.rstrip("\n"))
    assert refused.value.line == 7


def test_a_document_needs_no_end_of_line() -> None:
    assert len(parse("linux", '[{"dst":"10.0.0.0/8","dev":"eth0","flags":[]}]').routes) == 1


@pytest.mark.parametrize("pager", [" --More-- ", "--More--", "---(more 45%)---", "<--- More --->", "  ---- More ----"])
def test_a_pager_at_the_end_is_refused(pager: str) -> None:
    with pytest.raises(RouteError, match="pager"):
        parse("cisco_ios", TABLE + pager)


@pytest.mark.parametrize(
    "left",
    [
        " --More-- ",
        " --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\b",
        "\x1b[7m--More--\x1b[m\r\x1b[K",
        " --More-- \r          \r",
    ],
)
def test_remains_of_a_pager_in_the_middle_change_nothing(left: str) -> None:
    at = TABLE.index("C        10.2")
    assert parse("cisco_ios", TABLE[:at] + left + TABLE[at:]).routes == parse("cisco_ios", TABLE).routes


@pytest.mark.parametrize(
    "message",
    [
        "*Nov 21 08:14:02.456: %LINEPROTO-5-UPDOWN: Line protocol on Interface Tunnel7, changed state to up",
        "000123: Nov 21 08:14:02.456 UTC: %SYS-5-CONFIG_I: Configured from console by ops on console",
        "Nov 21 08:14:02  core1 rpd[1234]: RPD_OSPF_NBRDOWN: neighbor 10.0.0.1 state changed",
        "[12345.678901] e1000: eth0 NIC Link is Down",
    ],
)
def test_log_messages_between_the_lines_are_no_routes_and_no_errors(message: str) -> None:
    at = TABLE.index("C        10.2")
    assert parse("cisco_ios", f"{TABLE[:at]}{message}\n{TABLE[at:]}").routes == parse("cisco_ios", TABLE).routes


def test_a_log_message_in_the_middle_of_a_line_is_refused() -> None:
    with pytest.raises(RouteError):
        parse("cisco_ios", TABLE.replace("192.0.2.1, ", "192.0.2.1, *Nov 21 08:14:02: %SYS-5-X: y\n"))


def test_an_empty_text_is_no_table() -> None:
    for text in ("", " \r\n\n"):
        with pytest.raises(RouteError, match="empty"):
            parse("linux", text)


def test_an_answer_that_refuses_the_command_is_no_table() -> None:
    with pytest.raises(RouteError, match="line 2"):
        parse("cisco_ios", "edge1#show ip route vrf NONE\n% IP routing table NONE does not exist\nedge1#")


def test_text_and_json_of_the_same_router_are_the_same_table() -> None:
    for platform, text, document in (
        ("frr", "all-vrfs", "all-vrfs-json"),
        ("linux", "all-tables", "all-tables-json"),
        ("juniper_junos", "display-xml", "display-json"),
    ):
        tables = [parse(platform, read(FOLDER / platform / f"{name}.txt")) for name in (text, document)]
        assert tables[0].routes == tables[1].routes


def test_a_link_that_goes_down_shows_in_the_table() -> None:
    before = parse("frr", read(FOLDER / "frr" / "default-json.txt"))
    after = parse("frr", read(FOLDER / "frr" / "link-down.txt"))
    uses = [sum(hop.interface == "e2" for r in t.routes if r.active for hop in r.next_hops) for t in (before, after)]
    assert uses[0] > 10
    assert uses[1] == 0


@pytest.mark.parametrize("platform", platforms())
def test_time_grows_with_the_text_and_not_faster(platform: str) -> None:
    junk = "O        10.1.0.0/16 [110/20] via 192.0.2.1, 1d18h, " + "x" * 20_000 + " ,, [[ via " * 500 + "\n"
    parse_or_refuse(platform, junk * 20)
    parse_or_refuse(platform, " " * 20_000 + "\n" + "--" * 10_000 + "\n" + "1" * 20_000 + "/" + "1" * 20_000 + "\n")


def parse_or_refuse(platform: str, text: str) -> None:
    try:
        assert parse(platform, text, lenient=True).opaque
    except RouteError as error:
        assert str(error)  # noqa: PT017 - that it says something is the point
