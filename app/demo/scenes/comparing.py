"""A plan that lives: two reads side by side, a colleague who changes the course, a Question, an answer with a chart."""

from pathlib import Path

from app.demo.seen import has_ended, is_acknowledged, is_under_way
from app.demo.telling import Telling

FILES = Path(__file__).parents[1] / "files"
SHORT = 10.0
"""Seconds for what the offline model shows for certain and another one may not; a page may be held for 20."""


def tell(telling: Telling) -> bool:
    """Compare a table with a page. The page stands still until a colleague has named another one."""
    page, revised = (_serve(telling, name) for name in ("targets", "targets-revised"))
    telling.hold("the page", "pages", "targets")
    telling.begin(
        "1. A plan, a colleague, a question",
        "ann",
        f"@tagwork compare last quarter's sales in this CSV with the targets on our wiki page {page} and chart the gap",
        (telling.upload("ann", FILES / "sales-q3.csv"),),
    )
    telling.until(lambda view: telling.is_held("the page") or has_ended(view))
    if not telling.is_held("the page"):
        # another model may answer without the page, or not at all
        telling.release("the page")
        return telling.to_the_answer("ben")
    telling.until(is_under_way, SHORT)
    telling.show()
    said = telling.reply("ben", f"The targets were revised on Monday. Please use {revised} instead.")
    telling.until(lambda view: is_acknowledged(view, said), SHORT)
    telling.show()
    telling.release("the page")
    return telling.to_the_answer("ben")


def _serve(telling: Telling, name: str) -> str:
    text = (FILES / f"{name}.html").read_text(encoding="utf-8")
    return str(telling.rehearsing.post("page", name=name, text=text)["url"])
