"""A Stop: somebody presses it while a file is being read, and the thread says what was done until then."""

from app.demo.asking import NOTES, QUESTION, SHIPPED
from app.demo.seen import STOP, has_ended, has_said_more, is_over, is_under_way
from app.demo.telling import Telling


def tell(telling: Telling) -> bool:
    """Ask about two files, one of which stands still until the request is stopped."""
    table, notes = (telling.upload("ann", path) for path in (SHIPPED, NOTES))
    telling.hold("the notes", "files", notes)
    telling.begin("2. A Stop", "ann", f"@tagwork {QUESTION}", (table, notes))
    telling.until(lambda view: (telling.is_held("the notes") and is_under_way(view)) or has_ended(view))
    telling.show()
    pressed = telling.press("ann", STOP)
    stopped = telling.until(lambda view: is_over(view) and has_said_more(view))
    telling.release("the notes")
    telling.show()
    return pressed and stopped
