"""Why a Run could not go on, as people read it: one sentence for each cause, with what to do next. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """What a cause looks like in a model's or engine's own words, how people call it, and what they can do."""

    signs: tuple[str, ...]
    trouble: str
    advice: str

    @property
    def kind(self) -> str:
        """One word for it, for those who count: the first of its signs that is a word."""
        return next((sign.replace(" ", "_") for sign in self.signs if not sign.isdigit()), "other")


_OPERATOR = "Asking again will not help until whoever runs Tagwork has looked at"
_LATER = "Please ask again in a few minutes; if it stays like this, tell whoever runs Tagwork."

CAUSES = (
    Cause(("401", "authentication"), "the model's provider does not accept my key", f"{_OPERATOR} that key."),
    Cause(("403", "permission"), "the model's provider does not let my key use this model", f"{_OPERATOR} that key."),
    Cause(("402", "spend_limit", "billing"), "the account with the model's provider is used up", f"{_OPERATOR} it."),
    Cause(("404", "not_found"), "the model that I am set to use does not exist", f"{_OPERATOR} the setting model."),
    Cause(("413", "too_large"), "this request grew larger than my model takes", "Please ask for less at once."),
    Cause(("400", "invalid_request"), "the model's provider refused the call as malformed", f"{_OPERATOR} the log."),
    Cause(("429", "rate_limit"), "my model has no room for more requests just now", _LATER),
    Cause(("529", "overloaded"), "my model is overloaded", _LATER),
    Cause(("deadline", "timeout", "stalled"), "my model did not answer in time", _LATER),
    Cause(("connection", "stream ended", "transport", "readerror", "protocol"), "I could not reach my model", _LATER),
    Cause(("500", "502", "503", "504", "api_error"), "my model's provider has a fault", _LATER),
    Cause(("lease lost", "handed back"), "the machine that worked on this was lost again and again", _LATER),
)
"""The first whose sign stands in the cause is taken; status codes of the provider stand at its beginning."""

OTHER = Cause((), "something failed that I do not know", _LATER)


def cause_of(cause: str) -> Cause:
    """Return what a cause, in the words of whoever raised it, is for people."""
    seen = cause.casefold()
    for one in CAUSES:
        if any(seen.startswith(sign) or (not sign.isdigit() and sign in seen) for sign in one.signs):
            return one
    return OTHER


def refused(cause: str) -> str:
    """Return the sentence for a model call that can never succeed."""
    found = cause_of(cause)
    return f"I could not do this: {found.trouble}. {found.advice}"


def spent(cause: str) -> str:
    """Return the sentence for a Run that was tried five times."""
    found = cause_of(cause)
    return f"I tried five times and could not finish this: {found.trouble}. {found.advice}"
