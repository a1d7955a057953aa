"""What went wrong, where somebody catches it. The text of each ends in the next step."""


class ImpossibleMove(Exception):
    """A status was to be written that its life does not allow. A fault of ours, never of the outside."""


class LostRace(Exception):
    """Someone else was first: the row is not in the state, or not under the fence, that this writer left it in."""


class JournalBusy(Exception):
    """The journal did not answer in time. Nothing was stored, as far as is known; the sender may try again."""


class BadSetting(Exception):
    """A setting is missing or wrong. Names the setting, the shape it wants and the fix; shown to operators as it is."""


class NotFound(Exception):
    """No such run, workspace or content. Names what was asked for; shown to operators as it is."""


class Stale(Exception):
    """What was to be changed was changed by someone else meanwhile. Nothing was stored; shown to people as it is."""
