"""`oob platforms`: what oob knows, and how far each has been proven."""

from __future__ import annotations

import click

from oob.cli.options import Settings, common
from oob.profile.model import DIALOGUES, Profile

MEANING = {
    "drilled": "its virtual or real router is broken and recovered by our tests",
    "replayed": "what real devices printed is read by our tests; its rollback commands are from documents",
    "documented": "from documents alone",
}


@click.command("platforms")
@common
def command(settings: Settings) -> None:
    """List the platforms that have a profile: drilled, replayed, or only documented.

    Under each stands which dialogues of its console no published sample is known of, and which samples follow a
    document and were not compared with its publication: there oob goes by documents.
    """
    from oob.profile.store import load, platforms

    profiles = [load(name) for name in platforms()]
    rows = [
        {
            "platform": profile.platform,
            "aliases": list(profile.aliases),
            "title": profile.title,
            "standing": profile.standing,
            "strategies": list(profile.strategies),
            "samples": list(profile.samples),
            "unsampled": list(unsampled(profile)),
            "unverified": list(profile.unverified),
        }
        for profile in profiles
    ]
    names = [", ".join((profile.platform, *profile.aliases)) for profile in profiles]
    width = max(map(len, names))
    lines = []
    for name, profile in zip(names, profiles, strict=True):
        lines.append(f"{name:<{width}}  {profile.standing:<10}  {profile.title}")
        if missing := unsampled(profile):
            lines.append(f"{'':<{width}}  no published sample of: {', '.join(missing)}")
        if profile.unverified:
            lines.append(f"{'':<{width}}  sample not verified of: {', '.join(profile.unverified)}")
    meaning = [f"{standing}: {text}" for standing, text in MEANING.items()]
    settings.answer(rows, "\n".join([*lines, "", *meaning]))


def unsampled(profile: Profile) -> tuple[str, ...]:
    """Return the dialogues of a console that the tests have no published sample of."""
    return tuple(dialogue for dialogue in DIALOGUES if dialogue not in profile.samples)
