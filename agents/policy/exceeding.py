"""What a channel's own part says that goes beyond the workspace's word about people: only admins may say that. Pure.

Whom an admin named as editor of a channel decides how it is worked there, and may be stricter about people; that more
may ask, say yes, change things or use a credential than the workspace lets, is the workspace's to say.
"""

from agents.policy.change import Change, Direction
from agents.policy.comparing import changes
from agents.policy.document import Document, Part
from agents.policy.settings import ApproverNames, Asking, Editors


def exceeding(before: Document, after: Document, channel: str, organisation: Document | None) -> tuple[Change, ...]:
    """Return what of a channel's part is new in `after` and goes beyond what wider scopes say.

    What stood there before was an admin's word, and may stay.
    """
    stood = {(one.what, one.after) for one in _beyond(before, channel, organisation)}
    return tuple(one for one in _beyond(after, channel, organisation) if (one.what, one.after) not in stood)


def _beyond(document: Document, channel: str, organisation: Document | None) -> list[Change]:
    part = document.channels.get(channel)
    if part is None:
        return []
    bare = {"asking": Asking(), "approvers": ApproverNames(), "editors": Editors(), "grants": ()}
    inheriting: Part = part.model_copy(update={"settings": part.settings.model_copy(update=bare)})
    without = document.model_copy(update={"channels": {**document.channels, channel: inheriting}})
    # nothing else differs between the two
    return [one for one in changes(without, document, organisation) if one.direction is Direction.WIDENS]
