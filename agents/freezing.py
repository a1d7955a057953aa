"""What a freeze holds back, and how it is said. Nothing here looks anything up."""

from collections.abc import Sequence

from agents.journal.freezes import Freeze, What


def over(standing: Sequence[Freeze], *, requester: str, here: str) -> Freeze | None:
    """Return the oldest freeze that holds all of a Run back: of its workspace, its channel or its requester."""
    for one in standing:
        match one.kind:
            case What.WORKSPACE:
                return one
            case What.CHANNEL if one.what == here:
                return one
            case What.PERSON if one.what == requester:
                return one
    return None


def what_is_frozen(freeze: Freeze) -> str:
    """Return what a freeze has frozen, as the middle of a sentence."""
    return {
        What.WORKSPACE: "this workspace is frozen",
        What.CHANNEL: "this channel is frozen",
        What.PERSON: "what its requester asks for is frozen",
        What.TOOL: f"{freeze.what} is frozen",
    }[freeze.kind]


def frozen_words(freeze: Freeze) -> str:
    """Return what people in a thread are told whose Run is held back."""
    what = {
        What.WORKSPACE: "This workspace is frozen",
        What.CHANNEL: "This channel is frozen",
        What.PERSON: "What you ask for is frozen",
        What.TOOL: f"{freeze.what} is frozen",
    }[freeze.kind]
    why = f" ({freeze.reason})" if freeze.reason else ""
    return f"{what}{why}, so I wait. I go on by myself once an owner or admin has thawed it; Stop works as always."
