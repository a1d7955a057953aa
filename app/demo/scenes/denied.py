"""Another channel's history is asked for: the call is denied, the answer says why, and `why?` shows what decided."""

from app.demo.seen import WHY
from app.demo.telling import Telling


def tell(telling: Telling) -> bool:
    """Ask in #sales what was said in #finance, which is private; then press `why?`, which only that person sees."""
    telling.begin("3. What may not be read", "ben", "@tagwork what was said in #finance yesterday?")
    answered = telling.to_the_answer("ben")
    if telling.press("ben", WHY):
        telling.until_told()
    telling.show()
    return answered
