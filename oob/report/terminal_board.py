"""The board of a run on a terminal: band, ladder, timeline, tiles and the device's last lines, row for row. Pure.

The rows come from the same incident as the page in a browser. No row is wider than asked for, and there are no more
rows than asked for; what matters least goes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from oob.events import Tone
from oob.printable import one_line
from oob.recovery.record.ending import PUT_BACK
from oob.report.bars import FAILED, GOING, PATH, PROOF, WORK, Bar
from oob.report.board import Activity, DeviceBoard
from oob.report.incident import Incident, Rung
from oob.report.spans import countdown, duration
from oob.report.tiles import PROGRESS, Sample, Tile

BAR = 24
NARROW = 60  # columns below which bars and lines of figures are left out
LABEL = 12  # columns in front of a timeline, a tile and what the device says
RUNGS, TOLD = 8, 4  # rows of the ladder and of the device's lines, at most
LINE = 10  # columns of the line of a tile
LEVELS = "▁▂▃▄▅▆▇█"
LAST_MINUTE = 60.0

MARKS: Mapping[Tone, str] = {Tone.OK: "●", Tone.FAIL: "■", Tone.WARN: "▲", Tone.WAIT: "▶"}
VERDICTS: Mapping[str, Tone] = {
    "PROVEN": Tone.OK,
    "NOT PROVEN": Tone.FAIL,
    "STOPPED": Tone.FAIL,
    "PUT BACK": Tone.FAIL,
    "NEIGHBOUR DOWN": Tone.WARN,
    "PATH LOST": Tone.WARN,
    "PAUSED": Tone.WARN,
    "REVERTED": Tone.WARN,
}
RUNG_MARKS: Mapping[str, tuple[str, Tone]] = {
    "proven": ("●", Tone.OK),
    "failed": ("■", Tone.FAIL),
    "in progress": ("▶", Tone.WAIT),
    "next": ("○", Tone.HEADING),
    "neighbour down": ("▲", Tone.WARN),
    "skipped": ("-", Tone.SKIP),
    "not needed": ("-", Tone.SKIP),
}
# For a terminal without Unicode: each sign keeps its width. Lines of figures are left out there.
ASCII = str.maketrans("●■▲▶○…" + LEVELS, "*#!>o~" + " " * len(LEVELS))


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of the board and its tone."""

    text: str
    tone: Tone = Tone.NOTE


def band(board: DeviceBoard, at: float, utc: datetime, width: int) -> list[BoardRow]:
    """Return the band of a device: verdict, percent, time left and deadline, then what the device is doing."""
    tone = VERDICTS.get(board.verdict, Tone.WAIT)
    reverts = board.reverts_in(utc)
    if reverts is not None and reverts < LAST_MINUTE:
        tone = Tone.WARN
    rows = [BoardRow(text, tone) for text in wrapped(list(_fields(board, at, utc)), width)]
    if board.activity:
        rows.append(BoardRow(cut(f"  {_doing(board.activity, at, width - 2)}", width), Tone.WAIT))
    return rows


def details(incident: Incident, utc: datetime, heard: Sequence[str], width: int, height: int) -> list[BoardRow]:
    """Return what stands below the band: ladder, timeline, tiles and the lines *heard* from the device."""
    has_tiles, has_timeline = height >= 8, height >= 3
    rest = height - 4 * has_tiles - has_timeline
    ladder = _ladder(incident.ladder, width, min(RUNGS, max(1, rest - 1)))
    told = [BoardRow(cut(f"  {one_line(text)}", width), Tone.SKIP) for text in heard]
    room = max(0, min(TOLD, rest - len(ladder)))
    sections = [
        ladder,
        [_timeline(incident.bars, incident.moment(utc), width)] if has_timeline else [],
        [_tile(tile, incident.moment(utc), width) for tile in incident.gauges(utc)] if has_tiles else [],
        told[len(told) - room :] if room else [],
    ]
    return spaced(sections, height)


def spaced(sections: Sequence[Sequence[BoardRow]], height: int) -> list[BoardRow]:
    """Return *sections* below each other, with an empty row between where *height* has the room."""
    filled = [section for section in sections if section]
    total = sum(map(len, filled))
    has_room = total + len(filled) - 1 <= height
    rows: list[BoardRow] = []
    for section in filled:
        rows += [BoardRow("")] if rows and has_room else []
        rows += section
    return rows[:height]


def cut(text: str, width: int) -> str:
    """Return *text* in at most *width* columns, with an ellipsis where it is cut."""
    return text if len(text) <= width else f"{text[: max(0, width - 1)]}…"


def wrapped(fields: list[str], width: int) -> list[str]:
    """Return *fields* in as few lines of *width* as hold them, none broken."""
    lines = [""]
    for each in fields:
        joined = f"{lines[-1]}  {each}" if lines[-1] else each
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(f"  {each}")
    return [cut(each, width) for each in lines if each]


def packed(clock: str, rows: list[BoardRow], width: int) -> list[BoardRow]:
    """Return *rows* with the time of day at the right of the first, or above it without room."""
    room = width - len(clock) - 2
    if len(rows[0].text) <= room:
        return [BoardRow(f"{rows[0].text:<{room}}  {clock}", rows[0].tone), *rows[1:]]
    return [BoardRow(clock), *rows]


def _fields(board: DeviceBoard, at: float, utc: datetime) -> Iterator[str]:
    mark = MARKS[VERDICTS.get(board.verdict, Tone.WAIT)]
    yield one_line(f"{mark} {board.device} {board.verdict}".rstrip())
    percent, left, routes = board.percent(at), board.left(at), board.waits_for_routes(at)
    if routes is not None:
        yield f"{percent or 0} %, waits for routes, {countdown(routes)} at most"
    elif percent is not None and left is not None:
        yield f"{percent} %, {f'about {duration(max(1, left))} left' if left > 0 else 'longer than expected'}"
    if board.is_put_back:
        yield "putting the found state back"
    elif board.place:
        yield f"attempt {board.place[0]} of {board.place[1]}"
    reverts = board.reverts_in(utc)
    if reverts is not None:
        yield f"reverts in {countdown(reverts)}" if reverts else "revert is due"
    reconnect = board.reconnects_for(at)
    if reconnect is not None:
        yield f"tried for {countdown(reconnect)} more"


def _doing(activity: Activity, at: float, width: int) -> str:
    text, spent, left = one_line(activity.text), at - activity.since, activity.left(at)
    if activity.expected < 1:
        tail = f"{duration(spent)}"
    elif left <= 0:
        tail = f"{duration(spent)}, expected {duration(activity.expected)}"
    else:
        full = min(BAR, int(BAR * spent / activity.expected))
        bar = f"{'#' * full}{'.' * (BAR - full)} " if width >= NARROW else ""
        tail = f"{bar}{duration(left)} left"
    return f"{cut(text, max(8, width - len(tail) - 2))}  {tail}"


def _ladder(rungs: Sequence[Rung], width: int, room: int) -> list[BoardRow]:
    shown = _fitting(rungs, room)
    rows = [_rung(rung, width) for rung in shown]
    left = len(rungs) - len(shown)
    return [*rows, BoardRow(cut(f"  … {left} more of the ladder", width), Tone.SKIP)] if left else rows


def _fitting(rungs: Sequence[Rung], room: int) -> Sequence[Rung]:
    """Return the attempts for which there is *room*, in their order: that in progress before all, skipped ones last."""
    if len(rungs) <= room:
        return rungs
    weights = {"in progress": 0, "proven": 1, "neighbour down": 1, "next": 2, "failed": 3}
    ranked = sorted(range(len(rungs)), key=lambda index: weights.get(rungs[index].state, 4))
    return [rungs[index] for index in sorted(ranked[: max(1, room - 1)])]


def _rung(rung: Rung, width: int) -> BoardRow:
    mark, tone = RUNG_MARKS.get(rung.state, ("○", Tone.HEADING))
    number = f"{rung.number}" if rung.number else " "
    says_why = rung.reason and rung.state not in ("next", "not needed")
    title = f"{'put back: ' if rung.phase == PUT_BACK else ''}{rung.title}"
    text = one_line(f"{title}: {rung.reason}" if says_why else title)
    return BoardRow(cut(f"{mark} {number} {rung.state:<12} {text}", width), tone)


def _timeline(bars: Sequence[Bar], at: float, width: int) -> BoardRow:
    """Return all bars on one axis: names where they fit, `x` where one failed, `!` where the path was lost."""
    end = f" {duration(at)}"
    columns = max(8, width - LABEL - len(end))
    cells = [" "] * columns
    for bar in bars:  # lane by lane: what proves an attempt is drawn over it, and a lost path over both
        if bar.lane in (WORK, PROOF) or (bar.lane == PATH and bar.state == "drop"):
            _draw(bar, cells, columns / max(at, 1.0), at)
    return BoardRow(cut(f"{'timeline':<{LABEL}}{''.join(cells)}{end}", width), Tone.WAIT)


def _draw(bar: Bar, cells: list[str], scale: float, at: float) -> None:
    last = len(cells) - 1
    start = min(last, int(bar.start * scale))
    stop = max(start + 1, min(last + 1, int((at if bar.end is None else bar.end) * scale)))
    if bar.lane == PATH:
        cells[start:stop] = "!" * (stop - start)
        return
    room = stop - start - 1
    shown = bar.name.rpartition(" ")[2][:room]  # of an attempt its number, as on the ladder
    cells[start:stop] = f"|{shown:=<{room}}"[: stop - start]
    if bar.state == FAILED:
        cells[stop - 1] = "x"
    elif bar.state == GOING:
        cells[stop - 1] = ">"


def _tile(tile: Tile, at: float, width: int) -> BoardRow:
    mark = MARKS[Tone.WARN] if tile.is_alert else " "
    alert = "" if tile.alert_since is None else f"ALERT for {duration(max(0.0, at - tile.alert_since))}: "
    line = f"{_line(tile, at)} " if width >= NARROW and tile.samples else ""
    return BoardRow(
        cut(f"{mark}{tile.name:<{LABEL - 1}}{line}{alert}{one_line(tile.text)}; {tile.baseline}", width),
        Tone.WARN if tile.is_alert else Tone.HEADING,
    )


def _line(tile: Tile, at: float) -> str:
    """Return the samples of a tile as a line of LINE columns up to the moment *at*."""
    most = 200.0 if tile.name == PROGRESS else 100.0
    columns = []
    for column in range(LINE):
        until = max(at, 1.0) * (column + 1) / LINE
        before: Sample | None = None
        for sample in tile.samples:
            before = sample if sample.at <= until else before
        share = 0.0 if before is None else min(before.percent, most) / most
        columns.append(" " if before is None else LEVELS[min(len(LEVELS) - 1, int(share * len(LEVELS)))])
    return "".join(columns)
