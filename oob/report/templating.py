"""The one environment of all templates: every text that they show is made safe, and an unknown name is an error."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from oob.printable import printable
from oob.report.axis import ticks
from oob.report.sides import sections
from oob.report.spans import duration


def style() -> str:
    """Return the style sheet that all pages share."""
    return files("oob.report").joinpath("templates", "page.css").read_text("utf-8")


def render(template: str, /, package: str = "oob.report", **values: object) -> str:
    """Return *template* of *package* with *values*; a page of any package may extend `document.html`."""
    return environment(package, is_html=template.endswith(".html")).get_template(template).render(**values)


def environment(package: str = "oob.report", *, is_html: bool = True) -> Environment:
    """Return the environment of the templates in *package* and of those that all pages share."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("oob.report")]),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    made.filters.update(code=_code, clock=_clock, took=_took, block=_block, sides=sections, ticks=ticks)
    made.filters.update(duration=duration)
    made.globals.update(css=Markup(style()))
    return made


def _shown(value: Any) -> Any:
    """Return what stands for *value* on the page: of text, nothing that a terminal or browser would act on."""
    if isinstance(value, Markup):
        return Markup(printable(value))
    return printable(value) if isinstance(value, str) else value


def _code(text: Any) -> str:
    """Return *text* as Markdown code on one line, whatever is in it."""
    plain = " ".join(str(text).split())
    fence = "`" * (1 + max((len(run) for run in _runs(plain)), default=0))
    return f"{fence} {plain} {fence}" if "`" in plain else f"{fence}{plain}{fence}"


def _runs(text: str) -> list[str]:
    return "".join(char if char == "`" else " " for char in text).split()


def _block(text: Any) -> str:
    return "\n".join(f"    {line}" for line in str(text).splitlines())


def _clock(utc: str) -> str:
    return utc[11:19]


def _took(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f} s"
