"""A write that asks: a call waits on a card, who may not say yes is told so, and a yes has it run once."""

from app.demo.seen import APPROVE, waits_for_a_yes
from app.demo.telling import Telling

ASKED = '@tagwork post "The Q3 numbers are final." into #general'


def tell(telling: Telling) -> bool:
    """Ask in #sales for a message in #general. Ben, who did not ask and is no admin, may not say yes; Adam may."""
    telling.begin("4. A change that needs a yes", "ann", ASKED)
    if telling.onward("ann", waits_for_a_yes):
        telling.press("ben", APPROVE)
        telling.until_told()
        telling.show()
    # another model may propose several calls
    while telling.onward("ann", waits_for_a_yes) and telling.press_away("adam", APPROVE):
        pass
    answered = telling.to_the_answer("ann")
    telling.show_elsewhere("general")
    return answered
