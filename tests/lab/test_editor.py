from oob.lab.dialog import CTRL_C, Ask, Edit
from oob.lab.editor import LineEditor


def typed(editor: LineEditor, keys: str) -> str:
    return "".join(editor.press(key) for key in keys)


def test_what_is_typed_is_echoed_and_returned() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    assert typed(editor, "show\r") == "show\n"
    assert editor.done is not None
    assert editor.done.text == "show"


def test_a_password_is_not_echoed() -> None:
    editor = LineEditor(Ask(prompt="Password: ", echo=False))
    assert typed(editor, "sec\x7fcret\r") == "\n"
    assert editor.done is not None
    assert editor.done.text == "secret"


def test_backspace_and_delete_wipe_the_character_before_the_cursor() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    assert typed(editor, "ab\bc\x7f") == "ab\b \bc\b \b"
    assert editor.text == "a"


def test_backspace_at_the_beginning_does_nothing() -> None:
    assert typed(LineEditor(Ask(prompt="r#")), "\b\x7f") == ""


def test_control_u_kills_the_line_and_control_w_the_word() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    typed(editor, "show ip route\x17")
    assert editor.text == "show ip "
    typed(editor, "\x15")
    assert editor.text == ""


def test_text_can_be_put_in_at_the_beginning_and_cut_off_at_the_cursor() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    echo = typed(editor, "ip\x01no ")
    assert editor.text == "no ip"
    assert echo.startswith("ip\b\b")
    typed(editor, "\x0b\x05")
    assert editor.text == "no "


def test_control_r_shows_prompt_and_line_again() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    assert typed(editor, "sh\x12") == "sh\nr#sh"


def test_control_c_ends_the_line_and_shows_itself() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    assert typed(editor, "sh\x03") == "sh^C\n"
    assert editor.done is not None
    assert editor.done.key == CTRL_C


def test_arrow_keys_leave_no_trace() -> None:
    editor = LineEditor(Ask(prompt="r#"))
    assert typed(editor, "a\x1b[A\x1b[3~b") == "ab"
    assert editor.text == "ab"


def test_a_hook_key_may_print_help_and_bring_the_line_back() -> None:
    keys = {"?": lambda line: Edit(line=line, text="?\nhelp\n")}
    editor = LineEditor(Ask(prompt="r#", keys=keys))
    assert typed(editor, "sh?") == "sh?\nhelp\nr#sh"


def test_a_hook_key_may_complete_the_word_in_place_or_decline() -> None:
    keys = {"\t": lambda line: Edit(line=line + "ow "), " ": lambda line: None}
    editor = LineEditor(Ask(prompt="r#", keys=keys))
    assert typed(editor, "sh\tx y") == "show x y"


def test_a_line_wider_than_the_screen_slides_left_behind_a_dollar_sign() -> None:
    editor = LineEditor(Ask(prompt="edge1#"), width=40)
    echo = typed(editor, "show archive config differences flash:a")
    assert "$" in echo
    assert editor.text == "show archive config differences flash:a"
    assert len(editor.redraw()) < 40


def test_after_it_slid_each_further_character_costs_one_character() -> None:
    editor = LineEditor(Ask(prompt="edge1#"), width=40)
    typed(editor, "x" * 34)
    assert typed(editor, "y") == "y"
