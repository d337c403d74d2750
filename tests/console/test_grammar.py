"""Questions about bytes that a profile answers."""

from __future__ import annotations

from oob.console.grammar import Grammar
from oob.profile.store import load

NOTICE = b"Mar  1 12:00:07 leaf1 Rib: %OSPF-4-OSPF_ADJACENCY_ESTABLISHED: NGB 10.255.0.99, interface Ethernet1\r\n"


def test_a_prompt_between_two_notices_is_a_prompt_though_the_first_one_followed_a_whole_line() -> None:
    grammar = Grammar(load("arista_eos"))

    state = grammar.classify(b"write memory\r\n" + NOTICE + b"leaf1#\r\n" + NOTICE)

    assert (state.name, state.host) == ("enable", "leaf1")
    assert grammar.prompt_at_end(b"write memory\r\n" + NOTICE + b"leaf1#\r\n" + NOTICE + b" \x08 \x08") == state
