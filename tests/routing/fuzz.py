"""Read damaged samples for as long as is asked: `python -m tests.routing.fuzz 600 [SEED]`.

Whatever the damage, a reading ends soon, and in routes or in a `RouteError`. Prints what it did; exits 1 at the first
reading that crashes or takes longer than its text allows.
"""

from __future__ import annotations

import random
import signal
import sys
import time
import traceback

from oob.errors import RouteError
from oob.routing.parse import parse
from tests.routing.samples import Sample, samples

# Seconds a reading may take, and per byte of its text; a hundred times what is usual.
_BASE, _PER_BYTE = 0.5, 2e-5
# Seconds of work after which a reading is stopped: it would never end.
_ENDLESS = 20.0


def mutate(text: str, others: list[str], rng: random.Random) -> str:
    """Give *text* with a few random hurts."""
    for _ in range(rng.randint(1, 4)):
        at, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        end = min(end, at + rng.choice((1, 5, 80, 1000)))
        piece = text[at:end]
        other = rng.choice(others)
        start = rng.randrange(len(other) + 1)
        text = rng.choice(
            (
                text[:at] + text[end:],
                text[:at] + piece * rng.choice((2, 3, 50)) + text[end:],
                text[:at] + other[start : start + rng.choice((1, 20, 400))] + text[at:],
                text[:at]
                + "".join(rng.choice("\0\b\r\n\t\x1b[]{}<>#%*:,./ -0aO\u2248") for _ in range(6))
                + text[end:],
                text[:at] + rng.choice((" ", "-", "1", "a,", "[")) * rng.choice((10, 3000)) + text[at:],
                text[:end],
            )
        )
    return text[:200_000] or "x"


def run(seconds: float, seed: int) -> int:
    """Fuzz for so long; give the number of readings, or raise."""
    rng = random.Random(seed)
    pool: list[Sample] = samples()
    texts = [sample.text for sample in pool]
    stop = time.monotonic() + seconds
    count = 0
    while time.monotonic() < stop:
        number = rng.randrange(len(pool))
        text = mutate(texts[number], texts, rng)
        lenient = rng.random() < 0.5
        count += 1
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, _ENDLESS)
        try:
            parse(pool[number].platform, text, lenient=lenient)
        except RouteError:
            pass
        except Exception:
            print(f"{pool[number]}: seed {seed}, reading {count}, {text!r}")
            raise
        finally:
            # Left armed, it would end whatever runs in this process later.
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - began
        if took > _BASE + _PER_BYTE * len(text):
            print(f"{pool[number]}: seed {seed}, reading {count}, {len(text)} bytes took {took:.1f} s\n{text!r}")
            raise TimeoutError("a reading took too long")
    return count


def _endless(number: int, frame: object) -> None:
    raise TimeoutError("a reading does not end")


def main() -> None:
    signal.signal(signal.SIGVTALRM, _endless)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    try:
        count = run(seconds, seed)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    print(f"{count:,} readings in {seconds:.0f} s, seed {seed}: none crashed, none took too long")


if __name__ == "__main__":
    main()
