"""Which words people use for the same thing, in English and German: kinds of columns and kinds of questions."""

from app.rehearsal.claude.offline_model.words import stem_set

SAME: tuple[frozenset[str], ...] = (
    stem_set("region area territory zone district market country land gebiet bezirk länder regionen gebiete"),
    stem_set("product item article sku good produkt produkte artikel ware"),
    stem_set("customer client account buyer kunde kunden company firma"),
    stem_set("rep salesperson seller employee person name owner assignee mitarbeiter verkäufer vertreter"),
    stem_set("team department division group unit abteilung gruppe"),
    stem_set("month monat monate period"),
    stem_set("quarter quartal quartale"),
    stem_set("year jahr jahre"),
    stem_set("store shop branch outlet filiale filialen standort site location city town stadt"),
    stem_set("category kategorie type typ kind segment class"),
    stem_set("status state stage phase zustand"),
    stem_set("revenue sale turnover umsatz umsätze erlös income proceeds sell sold"),
    stem_set("price preis rate fee"),
    stem_set("cost kosten spend spent expense expenditure ausgaben"),
    stem_set("quantity qty units menge anzahl stück pieces volume"),
    stem_set("amount value betrag wert sum"),
    stem_set("profit gewinn margin marge"),
)
"""Each set: words for one kind of column."""
TARGET = stem_set(
    "target goal quota plan planned budget soll ziel ziele vorgabe objective forecast expected planwert sollwert"
)
"""Words for what was to be reached."""
ACTUAL = stem_set(
    "actual actuals achieved result reached ist istwert sale revenue umsatz turnover erlös income spent spend cost "
    "amount value wert betrag ergebnis real realised realized done delivered total net"
)
"""Words for what was reached, besides every set of SAME that holds one of them."""
COMPOUNDS = ("ziel", "soll", "umsatz", "plan")
"""German words that begin or end a longer one: Umsatzziel, Zielwert, Planwert."""


def same_kind(one: str, other: str) -> bool:
    """Whether two stems are words for one kind of column."""
    return one == other or any(one in words and other in words for words in SAME)


def is_target_word(word: str) -> bool:
    """Whether a stem says what was to be reached."""
    return word in TARGET or any(
        word.endswith(part) or (word.startswith(part) and word.endswith(("wert", "zahl", "umsatz")))
        for part in COMPOUNDS
        if part != "umsatz" and len(word) > len(part) + 2
    )


def is_actual_word(word: str) -> bool:
    """Whether a stem says what was reached."""
    return not is_target_word(word) and (word in ACTUAL or word.startswith("umsatz") or word.endswith("umsatz"))
