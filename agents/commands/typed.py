"""Reads `/tagwork …`. A mistake is answered with what is wrong and the nearest right form. Pure; it never raises.

People and channels stand in the text as their ids: `@U…` a person, `@S…` a user group, `#C…` a channel.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from agents.commands.forms import FORMS
from agents.commands.spoken import plain, spoken
from agents.commands.words import (
    ADMINS,
    EVERYONE,
    GUESTS,
    HERE,
    MEMBERS,
    NONE,
    WORKSPACE,
    Command,
    Unclear,
    Verb,
)

CLOSE = 0.6
"""How alike two words must be to be suggested, from 0 to 1; difflib's own default."""

MOST_SAID = 300
"""Characters of a reason that are kept: as many as a rule's may have."""

PERSON = re.compile(r"@([UW][A-Z0-9]{1,30})")
GROUP = re.compile(r"@(S[A-Z0-9]{1,30})")
CHANNEL = re.compile(r"#([CGD][A-Z0-9]{1,30})")
TOOL = re.compile(r"\*|[A-Za-z0-9_-]{1,127}\*?")
MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}")
NUMBER = re.compile(r"#?([0-9]{1,9})")
AMOUNT = re.compile(r"\$?([0-9]{1,7}(?:[.,][0-9]{1,2})?)\$?", re.ASCII)
LINK = re.compile(r"https://[^/\s]+/archives/([CGD][A-Z0-9]{1,30})/p([0-9]{16})(?:[?#]\S*)?", re.ASCII)
UNDERSTOOD = re.compile(r"[,;]$")

PRESETS = ("careful", "standard", "open")
MODES = ("mention", "follow", "read_along")
GUESTS_MAY = ("allow", "restrict", "channel_only")
PER = ("run", "day", "month")


ALSO = {"access": Verb.POLICY.value}
"""Other words for a verb, as people know them from elsewhere."""


class _Wrong(Exception):
    """What is wrong, in words."""


class _Words:
    """The words of a command after its verb, taken one by one."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    def next(self) -> str:
        """Return the next word without taking it; "" at the end."""
        return self._words[0] if self._words else ""

    def take(self) -> str:
        """Take the next word; "" at the end."""
        return self._words.pop(0) if self._words else ""

    def took(self, *words: str) -> bool:
        """Take the next word where it is one of these."""
        found = bool(self._words) and self._words[0].casefold() in words
        if found:
            self._words.pop(0)
        return found

    def rest(self) -> str:
        """Take all that is left."""
        said = " ".join(self._words)
        self._words = []
        return said


def typed(text: str) -> Command | Unclear:
    """Return the command of `/tagwork text`; no text is help."""
    if not plain(text):
        return Command(Verb.HELP)
    found = spoken(text)
    if found is not None:
        return found
    words = [UNDERSTOOD.sub("", word) for word in text.split()]
    first = plain(words[0]) if words else ""
    first = ALSO.get(first, first)
    if first not in set(Verb):
        nearest = get_close_matches(first, [verb.value for verb in Verb], n=1, cutoff=CLOSE)
        return Unclear(text.strip(), nearest[0] if nearest else "")
    verb = Verb(first)
    given = _Words(words[1:])
    try:
        command = _READ[verb](verb, given)
        if given.next():
            raise _Wrong(f"I do not know what “{given.next()[:60]}” is to say there.")
    except _Wrong as wrong:
        return Unclear(text.strip(), verb.value, str(wrong))
    return command


def _numbered(verb: Verb, given: _Words) -> Command:
    found = NUMBER.fullmatch(given.next())
    if found:
        given.take()
    return Command(verb, int(found[1]) if found else None)


def _alone(verb: Verb, given: _Words) -> Command:
    return Command(verb)


def _why(verb: Verb, given: _Words) -> Command:
    said = given.next()
    if not said:
        return Command(verb)
    if NUMBER.fullmatch(said):
        return _numbered(verb, given)
    given.take()
    if LINK.fullmatch(said) or TOOL.fullmatch(said):
        return Command(verb, what=said)
    raise _Wrong(f"“{said[:60]}” is neither a number, nor the link of a message, nor a tool.")


def _policy(verb: Verb, given: _Words) -> Command:
    if not given.took("preset"):
        return Command(verb)
    return Command(verb, what=_one_of(given, PRESETS, "a preset"))


def _rule(verb: Verb, given: _Words) -> Command:
    tool = given.take()
    if not TOOL.fullmatch(tool):
        raise _Wrong(f"“{tool[:60]}” is no tool." if tool else "Which tool?")
    whom: tuple[str, ...] = ()
    where, until = "", None
    while given.next():
        if given.took("for"):
            whom = _whom(given, (MEMBERS, GUESTS, EVERYONE))
        elif given.took("until"):
            until = _day(given.take())
        elif not where and (where := _where(given)):
            continue
        else:
            raise _Wrong(f"I do not know what “{given.next()[:60]}” is to say there.")
    return Command(verb, what=tool, whom=whom, where=where, until=until)


def _switch(verb: Verb, given: _Words) -> Command:
    return Command(verb, where=_where(given))


def _who(verb: Verb, given: _Words) -> Command:
    if given.took(GUESTS):
        return Command(verb, whom=(GUESTS,), what=_one_of(given, GUESTS_MAY, "guests"), where=_where(given))
    whom = _whom(given, (MEMBERS, ADMINS))
    if any(PERSON.fullmatch(f"@{one}") for one in whom):
        raise _Wrong("Who may ask is said by user groups, not by single people.")
    return Command(verb, whom=whom, where=_where(given))


def _reply(verb: Verb, given: _Words) -> Command:
    return Command(verb, what=_one_of(given, MODES, "a reply mode"), where=_where(given))


def _model(verb: Verb, given: _Words) -> Command:
    name = given.take()
    if not MODEL.fullmatch(name):
        raise _Wrong(f"“{name[:60]}” is no model." if name else "Which model?")
    return Command(verb, what=NONE if name.casefold() == NONE else name, where=_where(given))


def _budget(verb: Verb, given: _Words) -> Command:
    if not given.next() or given.next().casefold() in {"in", HERE}:
        return Command(verb, where=_where(given))
    given.took("usd")
    said = given.take()
    amount = AMOUNT.fullmatch(said)
    if amount is None and said.casefold() != NONE:
        raise _Wrong(f"“{said[:60]}” is no amount of US dollars, such as 5 or 0.50.")
    given.took("usd", "dollars", "dollar")
    given.took("a", "per", "each", "every")
    per = _one_of(given, PER, "a run, a day or a month")
    person = given.took("per", "a", "each")
    if person and not given.took("person"):
        raise _Wrong("Per whom? It can be per person.")
    if person and per != "day":
        raise _Wrong("Per person there is a limit a day.")
    usd = Decimal(amount[1].replace(",", ".")) if amount else None
    return Command(verb, usd=usd, per=per, per_person=person, where=_where(given))


def _approvers(verb: Verb, given: _Words) -> Command:
    if not given.next() or given.next().casefold() in {"in", HERE}:
        return Command(verb, where=_where(given))
    if given.took(NONE):
        return Command(verb, what=NONE, where=_where(given))
    return Command(verb, whom=_whom(given, ()), where=_where(given))


def _freeze(verb: Verb, given: _Words) -> Command:
    what, whom = "", tuple[str, ...]()
    said = given.next()
    if said and said.casefold() != "because":
        given.take()
        named = PERSON.fullmatch(said) or CHANNEL.fullmatch(said)
        if named:
            whom = (named[1],)
        elif said.casefold() in {WORKSPACE, HERE}:
            what = said.casefold()
        elif said[:1] not in "@#" and TOOL.fullmatch(said):
            what = said
        else:
            raise _unknown(said)
    because = given.rest()[:MOST_SAID].strip() if given.took("because") else ""
    return Command(verb, what=what, whom=whom, because=because)


def _where(given: _Words) -> str:
    """Take a place, where one is named: its id, HERE or WORKSPACE; "" where none is."""
    if given.took(HERE):
        return HERE
    if not given.took("in"):
        return ""
    given.took("the")
    said = given.take()
    if said.casefold() in {HERE, WORKSPACE}:
        return said.casefold()
    named = CHANNEL.fullmatch(said)
    if named is None:
        raise _unknown(said) if said else _Wrong("In which channel?")
    return named[1]


def _whom(given: _Words, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Take one kind of people, or the people or the user groups that are named."""
    if given.next().casefold() in kinds and given.next():
        return (given.take().casefold(),)
    found: dict[str, None] = {}
    while given.next()[:1] in {"@", "#"} or (found and given.took("and")):
        said = given.take()
        named = PERSON.fullmatch(said) or GROUP.fullmatch(said)
        if named is None:
            raise _unknown(said) if said else _Wrong("And whom?")
        found[named[1]] = None
    if not found:
        listed = ", ".join([*kinds, "@person or @group"])
        raise _Wrong(f"“{given.next()[:60]}” is nobody I know: say {listed}." if given.next() else "For whom?")
    if kinds and len({one[0] == "S" for one in found}) > 1:
        raise _Wrong("People and user groups cannot stand in one rule; please give two.")
    return tuple(found)


def _one_of(given: _Words, words: tuple[str, ...], what: str) -> str:
    said = given.take()
    folded = said.casefold().replace("-", "_")
    if folded in words:
        return folded
    listed = f"{', '.join(words[:-1])} or {words[-1]}"
    raise _Wrong(f"“{said[:60]}” is not {what}: say {listed}." if said else f"Say {listed}.")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise _Wrong(f"“{said[:60]}” is no day. Write it as 2027-01-31.") from None


def _unknown(said: str) -> _Wrong:
    if said.startswith(("@", "#")):
        return _Wrong(f"I do not know {said[:60]}. Please pick it from the list that Slack offers while you type.")
    return _Wrong(f"“{said[:60]}” is no place: say #channel, here or workspace.")


_READ: dict[Verb, Callable[[Verb, _Words], Command]] = {
    Verb.HELP: _alone,
    Verb.STATUS: _alone,
    Verb.STOP: _numbered,
    Verb.AUDIT: _numbered,
    Verb.WHY: _why,
    Verb.POLICY: _policy,
    Verb.ALLOW: _rule,
    Verb.ASK: _rule,
    Verb.DENY: _rule,
    Verb.ON: _switch,
    Verb.OFF: _switch,
    Verb.WHO: _who,
    Verb.REPLY: _reply,
    Verb.MODEL: _model,
    Verb.BUDGET: _budget,
    Verb.APPROVERS: _approvers,
    Verb.FREEZE: _freeze,
    Verb.THAW: _freeze,
    Verb.USAGE: _alone,
    Verb.RUNS: _alone,
    Verb.GRANTS: _alone,
    Verb.ROUTINES: _alone,
}


def unclear_words(unclear: Unclear) -> str:
    """Return what someone is told whose command is known, and wrong after its first word."""
    form = FORMS[Verb(unclear.nearest)]
    return f"{unclear.why} The form is `/tagwork {form.form}`, for example `/tagwork {form.shown}`."
