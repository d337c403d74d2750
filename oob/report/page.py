"""A run as one HTML page that needs nothing else, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from oob.printable import printable
from oob.report.account import causes, cost, figures, levels, sentences
from oob.report.axis import ticks
from oob.report.live import duration
from oob.report.metrics import Metrics
from oob.report.records import records
from oob.report.sides import sections
from oob.report.story import Story


def html(story: Story, transcripts: Iterable[str] = ()) -> str:
    """Return the page; *transcripts* are the names of files beside it."""
    return _render("report.html", story, transcripts)


def markdown(story: Story, transcripts: Iterable[str] = ()) -> str:
    """Return the same as Markdown; text from a device stands in it as code."""
    return _render("report.md", story, transcripts)


def style() -> str:
    """Return the style sheet that the report, the live page and the metrics share."""
    return files("oob.report").joinpath("templates", "page.css").read_text("utf-8")


def metrics_page(metrics: Metrics) -> str:
    """Return the figures of many runs as one HTML page that needs nothing else."""
    return _environment("metrics.html").get_template("metrics.html").render(metrics=metrics, css=Markup(style()))


def _render(name: str, story: Story, transcripts: Iterable[str]) -> str:
    return (
        _environment(name)
        .get_template(name)
        .render(
            story=story,
            records=records(story),
            transcripts=tuple(transcripts),
            differences={"before": story.found, "after": story.proof},
            sentences=sentences(story),
            figures=figures(story),
            levels=levels(story),
            causes=causes(story),
            cost=cost(story),
            css=Markup(style()),
        )
    )


def _environment(name: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("oob.report"),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_shown,
    )
    environment.filters.update(code=_code, clock=_clock, took=_took, block=_block, sides=sections, ticks=ticks)
    environment.filters.update(duration=duration)
    return environment


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
