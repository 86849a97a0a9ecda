"""What was measured, as a table for people and as a plot of growth (SVG)."""

import datetime as dt
from collections.abc import Iterable
from html import escape
from typing import Any

WIDTH, HEIGHT, MARGIN = 800, 420, 56
COLOURS = ("#1b4f72", "#b03a2e", "#1e8449", "#9a7d0a", "#6c3483", "#117a65", "#873600", "#111111",
           "#7b241c", "#2e86c1", "#5d6d7e", "#d81b60", "#145a32")  # fmt: skip


def table(found: dict[str, Any]) -> Iterable[str]:
    """A run's pages, as lines of a Markdown table: requests a second, times, ratios to bare."""
    yield ("| page | queries | bytes | bare /s | nginx /s | baked /s | warm /s | cold /s "
           "| warm ÷ bare | cold ÷ bare | baked ÷ nginx | cold p50 ms | cold p99 ms |")  # fmt: skip
    yield "|---|" + "---:|" * 12
    for kind, row in found["pages"].items():
        if "cold" not in row:
            continue
        bare, warm, cold, ratios = row["bare"], row["warm"], row["cold"], row["ratios"]
        nginx = f"{row['nginx']['a_second']:,.0f}" if "nginx" in row else "—"
        baked = f"{row['baked']['a_second']:,.0f}" if "baked" in row else "—"
        share = f"{ratios['baked ÷ nginx']:.2f}" if "baked ÷ nginx" in ratios else "—"
        yield (
            f"| {kind} | {row['queries']} | {row['bytes']:,} | {bare['a_second']:,.0f} | {nginx} "
            f"| {baked} | {warm['a_second']:,.0f} | {cold['a_second']:,.0f} "
            f"| {ratios['warm ÷ bare']:.2f} | {ratios['cold ÷ bare']:.3f} | {share} "
            f"| {cold['p50']:.1f} | {cold['p99']:.1f} |"
        )
    yield ""
    memory = ", ".join(
        f"{name} {max(sizes) / 2**20:.0f} MB" for name, sizes in found["memory"].items() if sizes
    )
    yield f"First answer after {found['started_in']} s. Memory of a worker: {memory or 'unknown'}."


def written(runs: list[dict[str, Any]], workers: int) -> Iterable[str]:
    """All of it for a page of the documentation: the largest archive's pages, the growth, the desk."""
    last = runs[-1]
    when = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    yield f"Measured {when}, {workers} workers, {last['stories']:,} stories, {last['rows']:,} rows:"
    yield ""
    if "pages" in last:
        yield from table(last)
        yield ""
        yield from one_at_a_time(runs)
        yield ""
    for name, value in last.get("desk", {}).items():
        yield f"- {name}: {value}"


def put_into(text: str, engine: str, lines: Iterable[str]) -> str:
    """A text with the lines between its marks for an engine, instead of what stood there.

    Raises ValueError where it has no such marks.
    """
    start, end = f"<!-- measured {engine} -->\n", "<!-- end -->"
    before, mark, rest = text.partition(start)
    if not mark or end not in rest:
        raise ValueError(f"The text has no marks {start.strip()} and {end}.")
    measured = "\n".join(lines)
    return f"{before}{start}\n{measured}\n\n{rest[rest.index(end) :]}"


def one_at_a_time(runs: list[dict[str, Any]]) -> Iterable[str]:
    """Each page's time, asked for by one reader, and how it grows where there are more archives."""
    sizes = [f"{run['stories']:,}" for run in runs] + ["growth"] * (len(runs) > 1)
    yield f"| cold, one at a time, p50 ms | {' | '.join(sizes)} |"
    yield "|---|" + "---:|" * len(sizes)
    for kind in runs[0]["pages"]:  # the smallest archive has the fewest kinds
        times = [run["pages"][kind]["single"]["p50"] for run in runs]
        cells = [f"{time:.2f}" for time in times]
        if len(runs) > 1:
            cells.append(f"{times[-1] / (times[0] or 1):.2f} ×")
        yield f"| {kind} | {' | '.join(cells)} |"


def plot(runs: list[dict[str, Any]]) -> str:
    """The growth as a drawing: time against the smallest archive's, by size of archive."""
    sizes = [run["stories"] for run in runs]
    lines = {
        kind: [run["pages"][kind]["single"]["p50"] / (row["single"]["p50"] or 1) for run in runs]
        for kind, row in runs[0]["pages"].items()
    }
    top = max(2.0, *(max(line) for line in lines.values())) * 1.05
    right = WIDTH - 230

    def x(at: int) -> float:
        return MARGIN + (right - MARGIN) * at / max(1, len(sizes) - 1)

    def y(times: float) -> float:
        return float(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * times / top)

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>Time of a page by size of archive, against the smallest</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for times in _marks(top):
        drawn += [
            f'<path d="M{MARGIN} {y(times):.1f}H{right}" stroke="#ddd"/>'
            f'<text x="{MARGIN - 8}" y="{y(times) + 4:.1f}" text-anchor="end">{times:g}×</text>'
        ]
    for at, size in enumerate(sizes):
        drawn += [
            f'<text x="{x(at):.1f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">{size:,}</text>'
        ]
    drawn.append(f'<text x="{right / 2}" y="{HEIGHT - 12}" text-anchor="middle">stories</text>')
    for number, (kind, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(at):.1f},{y(times):.1f}" for at, times in enumerate(line))
        place = MARGIN + number * 20
        drawn += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<path d="M{right + 20} {place}h16" stroke="{colour}" stroke-width="2"/>'
            f'<text x="{right + 42}" y="{place + 4}">{escape(kind)} {line[-1]:.2f}×</text>'
        ]
    return "\n".join([*drawn, "</svg>", ""])


def _marks(top: float) -> list[float]:
    step = next(one for one in (0.5, 1, 2, 5, 10, 50, 100, 1000, 10_000) if top / one <= 8)
    return [step * number for number in range(int(top / step) + 1)]
