"""The one error of the Slack side: what a Web API method answers with `ok: false`."""

import sys

from app.rehearsal.json_shape import Json


class SlackError(Exception):
    """A refusal in Slack's own words. `code` is the `error` field; `details` are further fields of the answer."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def answer(self) -> Json:
        """The JSON body of the refusal."""
        return {"ok": False, "error": self.code, **self.details}


def refuse_unmodelled(what: str) -> SlackError:
    """An error for behaviour that no page of the reference states: said on stderr and in the answer, never guessed."""
    print(f"rehearsal: refused, because not modelled: {what}", file=sys.stderr, flush=True)
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] Rehearsal does not model {what}"]})
