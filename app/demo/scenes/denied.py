"""Another channel's history is asked for: the call is denied, and the answer says why and what helps."""

from app.demo.telling import Telling


def tell(telling: Telling) -> bool:
    """Ask in #sales what was said in #finance, which is private."""
    telling.begin("3. What may not be read", "ben", "@tagwork what was said in #finance yesterday?")
    return telling.to_the_answer("ben")
