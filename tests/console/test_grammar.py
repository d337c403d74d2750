"""Questions about bytes that a profile answers."""

from __future__ import annotations

from oob.console.grammar import Grammar
from oob.profile.model import Profile
from oob.profile.store import load

NOTICE = b"Mar  1 12:00:07 leaf1 Rib: %OSPF-4-OSPF_ADJACENCY_ESTABLISHED: NGB 10.255.0.99, interface Ethernet1\r\n"


def test_a_prompt_between_two_notices_is_a_prompt_though_the_first_one_followed_a_whole_line() -> None:
    grammar = Grammar(load("arista_eos"))

    state = grammar.classify(b"write memory\r\n" + NOTICE + b"leaf1#\r\n" + NOTICE)

    assert (state.name, state.host) == ("enable", "leaf1")
    assert grammar.prompt_at_end(b"write memory\r\n" + NOTICE + b"leaf1#\r\n" + NOTICE + b" \x08 \x08") == state


def test_the_line_above_a_prompt_tells_states_apart_that_show_the_same_last_line() -> None:
    grammar = Grammar(two_line_prompts())

    assert grammar.classify(b"--{ running }--[  ]--\r\nA:leaf1# ").name == "exec"
    assert grammar.classify(b"--{ * candidate exclusive }--[ interface mgmt0 ]--\r\nA:leaf1# ").name == "config"
    assert grammar.prompt(b"A:leaf1# ") is None


def two_line_prompts() -> Profile:
    exec_ = {"kind": "enable", "pattern": r"A:(?P<host>\w+)# ?", "header": r"--\{ running \}--\[.*\]--"}
    config = exec_ | {"kind": "config", "header": r"--\{ .*candidate .*\}--\[.*\]--"}
    console = {"prompts": {"config": config, "exec": exec_}}
    return Profile.model_validate({"platform": "two_lines", "title": "two lines", "console": console})
