from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from traceback import format_exception

import pyrage
import pytest

from oob.errors import SecretError
from oob.secret.content import TEMPLATE
from oob.secret.store import SecretsFile, SecretsKey, find_key
from tests.secret.age import CHUNK, PHRASE, locked

TEXT = "default: {username: ops, password: hunter2!}  # a comment\n"


def identity(folder: Path, name: str = "key.txt") -> Path:
    made = pyrage.x25519.Identity.generate()
    (folder / name).write_text(f"# created: today\n# public key: {made.to_public()}\n{made}\n")
    return folder / name


@pytest.fixture
def secrets(tmp_path: Path) -> SecretsFile:
    file = SecretsFile(tmp_path / "home" / "secrets.age", SecretsKey(identity=identity(tmp_path)))
    file.write(TEXT)
    return file


def editor(folder: Path, script: str) -> list[str]:
    """Return an editor that does what *script* says with the file `$1`."""
    (folder / "editor.sh").write_text(script)
    return ["sh", str(folder / "editor.sh")]


def never(reason: str) -> bool:
    pytest.fail(reason)


def test_what_is_written_is_read_again_and_lies_encrypted_and_private(secrets: SecretsFile) -> None:
    assert secrets.text() == TEXT
    assert secrets.read().credentials("edge1").password == "hunter2!"
    assert b"hunter2" not in secrets.path.read_bytes()
    assert secrets.path.stat().st_mode & 0o777 == 0o600


def test_a_passphrase_opens_what_it_closed(tmp_path: Path) -> None:
    file = SecretsFile(tmp_path / "secrets.age", SecretsKey(passphrase=PHRASE))
    text = TEXT + "#" * CHUNK
    file.write(text)
    assert file.text() == text
    assert b"hunter2" not in file.path.read_bytes()


def test_a_wrong_passphrase_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "secrets.age"
    path.write_bytes(locked(TEXT.encode()))
    with pytest.raises(SecretError, match=r"^.*secrets.age: the passphrase is wrong$") as caught:
        SecretsFile(path, SecretsKey(passphrase="battery staple")).read()
    assert "staple" not in str(caught.value)
    with pytest.raises(SecretError, match="it is locked with a passphrase"):
        SecretsFile(path, SecretsKey(identity=identity(tmp_path))).read()


def test_the_wrong_kind_of_key_is_told_apart_from_the_wrong_key(secrets: SecretsFile, tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="it is locked with an age identity"):
        SecretsFile(secrets.path, SecretsKey(passphrase="x")).read()
    with pytest.raises(SecretError, match=r"the identity in .*other.txt does not open it"):
        SecretsFile(secrets.path, SecretsKey(identity=identity(tmp_path, "other.txt"))).read()
    with pytest.raises(SecretError, match="an empty passphrase protects nothing"):
        SecretsFile(secrets.path, SecretsKey())


def test_damage_is_told_apart_from_a_wrong_key(secrets: SecretsFile) -> None:
    secrets.path.write_bytes(secrets.path.read_bytes()[:-1] + b"\0")
    with pytest.raises(SecretError, match="it is damaged"):
        secrets.read()


@pytest.mark.parametrize(("content", "reason"), [("nothing", "holds no age identity"), (None, "cannot be read")])
def test_an_identity_file_that_is_none_is_said_so(
    secrets: SecretsFile, tmp_path: Path, content: str | None, reason: str
) -> None:
    if content:
        (tmp_path / "bad").write_text(content)
    with pytest.raises(SecretError, match=reason):
        SecretsFile(secrets.path, SecretsKey(identity=tmp_path / "bad")).read()


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="there is no secrets file; oob secrets edit makes one"):
        SecretsFile(tmp_path / "none", SecretsKey(passphrase="x")).read()


def test_what_cannot_be_understood_is_never_written(secrets: SecretsFile) -> None:
    with pytest.raises(SecretError, match="did you mean default"):
        secrets.write("defualt: {}")
    assert secrets.text() == TEXT


def test_the_key_is_the_environments_identity_or_asked_for() -> None:
    assert find_key(Path("s"), {"OOB_IDENTITY": "/k"}, lambda: "p") == SecretsKey(identity=Path("/k"))
    assert find_key(Path("s"), {}, lambda: "p") == SecretsKey(passphrase="p")
    with pytest.raises(SecretError, match="s: locked; OOB_IDENTITY names no identity file"):
        find_key(Path("s"), {}, None)
    assert "horse" not in repr(SecretsKey(passphrase="horse"))


def test_those_who_can_open_the_file_are_not_locked_out_by_another_who_changes_it(tmp_path: Path) -> None:
    path, ada, bob = tmp_path / "secrets.age", identity(tmp_path, "ada"), identity(tmp_path, "bob")
    public = [pyrage.x25519.Identity.from_str(key.read_text().split()[-1]).to_public() for key in (ada, bob)]
    path.write_bytes(pyrage.encrypt(TEXT.encode(), public))
    with pytest.raises(SecretError, match="2 keys open it and only 1 are known here"):
        SecretsFile(path, SecretsKey(identity=bob)).write("default: {}")
    (tmp_path / "secrets.age.recipients").write_text(f"# ada\n{public[0]}\n")
    SecretsFile(path, SecretsKey(identity=bob)).write("default: {}")
    assert SecretsFile(path, SecretsKey(identity=ada)).text() == "default: {}"
    (tmp_path / "secrets.age.recipients").write_text("ada\n")
    with pytest.raises(SecretError, match="holds something that is not an age key"):
        SecretsFile(path, SecretsKey(identity=bob)).write("default: {}")


def test_an_edit_changes_the_file_and_leaves_no_plain_text(secrets: SecretsFile, tmp_path: Path) -> None:
    script = f"""
        echo "$1" > {tmp_path}/where; ls -ld "$(dirname "$1")" "$1" > {tmp_path}/modes
        cp "$1" "$1~"; sed -i s/hunter2/changed/ "$1"
    """
    assert secrets.edit(editor(tmp_path, script), never)
    assert secrets.text() == TEXT.replace("hunter2", "changed")
    where = Path((tmp_path / "where").read_text().strip())
    assert not where.parent.exists()
    assert (tmp_path / "modes").read_text().split("\n")[0].startswith("drwx------")
    assert (tmp_path / "modes").read_text().split("\n")[1].startswith("-rw-------")


def test_an_edit_that_changes_nothing_writes_nothing(secrets: SecretsFile, tmp_path: Path) -> None:
    before = secrets.path.read_bytes()
    assert not secrets.edit(editor(tmp_path, "true"), never)
    assert secrets.path.read_bytes() == before


def test_the_first_edit_starts_from_a_template(tmp_path: Path) -> None:
    file = SecretsFile(tmp_path / "secrets.age", SecretsKey(identity=identity(tmp_path)))
    assert file.edit(editor(tmp_path, f"cp $1 {tmp_path}/seen; echo 'default: {{username: ops}}' > $1"), never)
    assert (tmp_path / "seen").read_text() == TEMPLATE
    assert file.read().credentials("any").username == "ops"


def test_a_mistake_in_an_edit_is_handed_back_to_the_editor(secrets: SecretsFile, tmp_path: Path) -> None:
    script = f"""
        if [ -e {tmp_path}/twice ]; then echo 'default: {{}}' > "$1"
        else touch {tmp_path}/twice; echo 'defualt: {{}}' > "$1"; fi
    """
    reasons: list[str] = []
    assert secrets.edit(editor(tmp_path, script), lambda reason: not reasons.append(reason))
    assert len(reasons) == 1
    assert secrets.text() == "default: {}\n"


def test_a_mistake_that_is_given_up_on_changes_nothing(secrets: SecretsFile, tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="not changed: secrets:defualt"):
        secrets.edit(editor(tmp_path, "echo 'defualt: {}' > $1"), lambda reason: False)
    assert secrets.text() == TEXT


@pytest.mark.parametrize(
    ("script", "reason"), [("exit 3", "ended with status 3"), ("printf '\\377' > $1", "is not UTF-8")]
)
def test_an_editor_that_fails_changes_nothing(secrets: SecretsFile, tmp_path: Path, script: str, reason: str) -> None:
    with pytest.raises(SecretError, match=reason):
        secrets.edit(editor(tmp_path, script), never)
    assert secrets.text() == TEXT


def test_an_editor_that_is_not_there_is_said_so(secrets: SecretsFile) -> None:
    with pytest.raises(SecretError, match="no-such-editor: cannot be used to edit"):
        secrets.edit(["/no-such-editor"], never)


def test_two_who_edit_at_once_do_not_lose_each_others_work(secrets: SecretsFile, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger"
    stranger.write_bytes(secrets.path.read_bytes() + b"\0")
    with pytest.raises(SecretError, match="another process changed it meanwhile"):
        secrets.edit(editor(tmp_path, f"cp {stranger} {secrets.path}; echo 'default: {{}}' > $1"), never)
    assert secrets.path.read_bytes() == stranger.read_bytes()


EDITING = """
import sys
from pathlib import Path
from oob.secret.store import SecretsFile, SecretsKey
SecretsFile(Path(sys.argv[1]), SecretsKey(identity=Path(sys.argv[2]))).edit(sys.argv[3:], lambda reason: False)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_edit_that_is_interrupted_leaves_no_plain_text(
    secrets: SecretsFile, tmp_path: Path, number: signal.Signals
) -> None:
    os.mkfifo(tmp_path / "where")
    waiting = editor(tmp_path, f'cp "$1" "$1.swp"; echo "$1" > {tmp_path}/where; exec cat')
    command = [sys.executable, "-c", EDITING, str(secrets.path), str(tmp_path / "key.txt"), *waiting]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        where = Path((tmp_path / "where").read_text().strip())
        assert (where.parent / "secrets.yaml.swp").exists()
        process.send_signal(number)
        _, said = process.communicate()
    assert "KeyboardInterrupt" in said
    assert "hunter2" not in said
    assert not where.parent.exists()
    assert secrets.text() == TEXT


def test_errors_carry_no_secret(secrets: SecretsFile) -> None:
    with pytest.raises(SecretError) as caught:
        secrets.write("default: {password: 'hunter2!}")
    assert "hunter2" not in "".join(format_exception(caught.value)).replace("password: 'hunter2!", "")
