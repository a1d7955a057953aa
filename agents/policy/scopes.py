"""The scopes that say something about one place, the broadest first. Pure."""

from enum import StrEnum


class Scope(StrEnum):
    """Whose word it is."""

    BUILT_IN = "built in"  #: Tagwork's own: no document lifts it
    ORGANISATION = "organisation"
    WORKSPACE = "workspace"
    CHANNEL = "channel"


BREADTH = {scope: at for at, scope in enumerate(Scope)}
"""0 is the broadest."""
