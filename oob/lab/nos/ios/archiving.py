"""The commands of the archive: copy, list, compare."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.ios.archive import read
from oob.lab.nos.ios.delta import commands, contextual, listed
from oob.lab.nos.ios.session import TABLE, IosSession

OFF = "Archive feature not enabled\n"


@TABLE.command("archive config", text="Make a copy of the current configuration")
def archive_config(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Copy the running configuration into the archive."""
    archive = session.router.archive
    if not archive.path:
        yield Say(text=OFF)
        return
    yield Wait(seconds=0.3)
    archive.store()


@TABLE.show("show archive", text="Archive of the running configuration information")
def show_archive(session: IosSession, params: Params) -> str:
    """List the copies."""
    archive = session.router.archive
    if not archive.path:
        return OFF
    copies = archive.copies()
    head = f"The maximum archive configurations allowed is {archive.maximum}.\n"
    head += f"The next archive file will be named {archive.path}-<timestamp>-{archive.next_number()}\n"
    head += " Archive #  Name\n"
    rows = []
    for number in range(1, archive.maximum + 1):
        name = copies[number - 1] if number <= len(copies) else ""
        latest = " <- Most Recent" if copies and number == len(copies) else ""
        rows.append(f"   {number:<8} {name}{latest}".rstrip() + "\n")
    return head + "".join(rows)


@TABLE.show("show archive config differences [OLD] [NEW]", text="Diff of two configurations", seconds=0.5)
def show_differences(session: IosSession, params: Params) -> str:
    """Compare two configurations; one alone is compared with the running one, none: start-up with running."""
    old_url = params.get("OLD", "nvram:startup-config")
    new_url = params.get("NEW", "system:running-config")
    old, new = read(session.router, old_url), read(session.router, new_url)
    for url, tree in ((old_url, old), (new_url, new)):
        if tree is None:
            return f"%Error opening {url} (No such file or directory)\n"
    assert old is not None
    assert new is not None
    lines = list(contextual(old, new))
    return "\n!Contextual Config Diffs:\n" + ("".join(lines) or "!No changes were found\n") + "\n"


@TABLE.show("show archive config incremental-diffs URL", text="What merging a file would do", seconds=0.5)
def show_incremental(session: IosSession, params: Params) -> str:
    """List the lines that copying a file to the running configuration would add."""
    wanted = read(session.router, params["URL"])
    if wanted is None:
        return f"%Error opening {params['URL']} (No such file or directory)\n"
    additions = [step for step in commands(session.router.config, wanted) if not step.removes]
    return "!List of Commands:\n" + listed(additions) + "end\n"
