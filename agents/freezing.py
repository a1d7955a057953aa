"""What a freeze holds back, and how it is said. Nothing here looks anything up."""

from collections.abc import Sequence

from agents.journal.freezes import Freeze, What


def over(standing: Sequence[Freeze], *, requester: str, here: str, tool: str = "") -> Freeze | None:
    """Return the oldest freeze that holds all of a Run back: of its workspace, its channel or its requester.

    With the name of a `tool`: that holds a call of it back.
    """
    for one in standing:
        match one.kind:
            case What.WORKSPACE:
                return one
            case What.CHANNEL if one.what == here:
                return one
            case What.PERSON if one.what == requester:
                return one
            case What.TOOL if one.what == tool:
                return one
    return None


def what_is_frozen(freeze: Freeze, asked: str = "what its requester asks for") -> str:
    """Return what a freeze has frozen, as the middle of a sentence. `asked`: how what one person asks for is called."""
    return {
        What.WORKSPACE: "this workspace is frozen",
        What.CHANNEL: "this channel is frozen",
        What.PERSON: f"{asked} is frozen",
        What.TOOL: f"{freeze.what} is frozen",
    }[freeze.kind]


def frozen_words(freeze: Freeze) -> str:
    """Return what people in a thread are told whose Run is held back."""
    what = what_is_frozen(freeze, "what you ask for")
    why = f" ({freeze.reason})" if freeze.reason else ""
    head = f"{what[0].upper()}{what[1:]}{why}, so I wait."
    return f"{head} I go on by myself once an owner or admin has thawed it; Stop works as always."
