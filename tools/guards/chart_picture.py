"""Draw a chart as a PNG, by matplotlib's Figure. Runs in the child, which may write no file and start no thread.

Arguments are those of draw_chart, already checked; nothing of them is read as markup.
"""

import base64
import importlib.util
import io
import logging
import os
import re
import threading
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.guards.refusals import Refused

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (9.0, 5.0)
"""Inches: 1 080 by 600 points at 120 dots per inch, the width at which Slack shows a picture without scaling it up."""
DOTS = 120
TICKS = 24
"""Labels below the axis: more would run into each other."""
MARKED = 60
"""Points up to which each is marked on a line."""
FONTS = (
    "DejaVu Sans",
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    *("Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Emoji"),
)
"""Tried in this order for each letter; the first comes with matplotlib."""
MISSING = re.compile(r"Glyph (\d+)")


def draw(arguments: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, str]:
    """Return {"png" (base64), "missing": letters that no font here has}. Raises Refused without matplotlib."""
    try:
        figure_of = _prepared()
    except ModuleNotFoundError:
        raise Refused("Pictures cannot be drawn on this machine: the extra `charts` is not installed.") from None
    figure = figure_of(figsize=SIZE, dpi=DOTS, layout="constrained")
    axes = figure.add_subplot()
    if arguments["kind"] == "pie":
        _pie(axes, arguments)
    else:
        _over_labels(axes, arguments)
    axes.set_title(_plain(arguments["title"]), wrap=True)
    picture = io.BytesIO()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        figure.savefig(picture, format="png")
    codes = {int(found[1]) for one in told if (found := MISSING.search(str(one.message)))}
    return {
        "png": base64.b64encode(picture.getvalue()).decode("ascii"),
        "missing": "".join(sorted(map(chr, codes)))[:40],
    }


def _prepared() -> Any:
    """Import matplotlib without a folder to write to, and return its Figure."""
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib")
    os.environ["MATPLOTLIBRC"] = str(Path(found.origin).parent / "mpl-data" / "matplotlibrc")
    import matplotlib

    # it would make a folder for its list of fonts, and a thread that complains while the list is made
    matplotlib.get_cachedir = lambda: "/nonexistent"
    threading.Timer = _Silent  # type: ignore[misc,assignment]
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    from matplotlib.figure import Figure

    matplotlib.rcParams["font.family"] = list(FONTS)
    matplotlib.rcParams["text.parse_math"] = False
    return Figure


class _Silent:
    def __init__(self, *arguments: object) -> None:
        """Take what a Timer takes."""

    def start(self) -> None:
        """Start nothing."""

    def cancel(self) -> None:
        """Cancel nothing."""


def _pie(axes: "Axes", arguments: Mapping[str, Any]) -> None:
    (series,) = arguments["series"]
    axes.pie(
        series["values"], labels=[_plain(label) for label in arguments["labels"]], autopct="%.0f %%", startangle=90
    )
    axes.set_aspect("equal")


def _over_labels(axes: "Axes", arguments: Mapping[str, Any]) -> None:
    labels, series, kind = arguments["labels"], arguments["series"], arguments["kind"]
    places = list(range(len(labels)))
    width = 0.8 / len(series)
    for number, one in enumerate(series):
        values = [float("nan") if value is None else float(value) for value in one["values"]]
        name = _plain(one["name"])
        if kind == "bar":
            shifted = [place + (number - (len(series) - 1) / 2) * width for place in places]
            axes.bar(shifted, values, width=width, label=name)
            continue
        axes.plot(places, values, label=name, marker="o" if len(labels) <= MARKED else "", markersize=4)
        if kind == "area":
            axes.fill_between(places, values, alpha=0.3)
    step = max(1, -(-len(labels) // TICKS))
    crowded = sum(map(len, labels[::step])) > 90
    axes.set_xticks(places[::step], [_plain(label)[:30] for label in labels[::step]], rotation=45 if crowded else 0)
    if crowded:
        for tick in axes.get_xticklabels():
            tick.set_horizontalalignment("right")
    axes.set_xlabel(_plain(arguments["x_title"]))
    axes.set_ylabel(_plain(arguments["y_title"]))
    axes.grid(axis="y", alpha=0.3)
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)
    if len(series) > 1:
        axes.legend()


def _plain(text: str) -> str:
    """Return a text of which a legend hides nothing: names with a leading underscore are not shown."""
    return f" {text}" if text.startswith("_") else text
