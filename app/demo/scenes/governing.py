"""An admin's change: a slash command shows what it would do, Save puts it in force, the next call is judged by it."""

from app.demo.scenes.approving import ASKED
from app.demo.seen import SAVE
from app.demo.telling import Telling


def tell(telling: Telling) -> bool:
    """Keep post_message from being used in #sales, and ask for the same message as before."""
    telling.command("5. An admin's change", "adam", "/tagwork deny post_message in #sales")
    shown = telling.until_told(SAVE)
    telling.show()
    saved = shown and telling.press("adam", SAVE) and telling.until_told()
    telling.show()
    if saved:
        telling.begin("", "ben", ASKED)
    return saved and telling.to_the_answer("ben")
