"""The setting `approvers.most_an_hour`: inherited, lowered by whoever edits a channel, raised by admins alone."""

import pytest

from agents.policy.change import Direction
from agents.policy.changing import NotPossible, Put, applied
from agents.policy.comparing import changes
from agents.policy.document import Document, Of, Part
from agents.policy.exceeding import exceeding
from agents.policy.resolving import Said, holds_in
from agents.policy.scopes import Scope
from agents.policy.settings import ApproverNames, Settings

PATH = "approvers.most_an_hour"
UNSAID = Settings()


def at_most(an_hour: int) -> Settings:
    """Settings by which one person may say yes so often an hour."""
    return Settings(approvers=ApproverNames(most_an_hour=an_hour))


def said(workspace: Settings = UNSAID, channel: Settings = UNSAID) -> Document:
    """Return a workspace's policy with these settings, and those of its channel C1."""
    return Document(default=Part(settings=workspace), channels={"C1": Part(settings=channel)})


@pytest.mark.requirement("AUTHZ-26")
@pytest.mark.parametrize(
    ("organisation", "workspace", "holds"),
    [
        (None, None, Said(30, Scope.BUILT_IN)),
        (at_most(40), None, Said(40, Scope.ORGANISATION)),
        (at_most(40), said(at_most(20)), Said(20, Scope.WORKSPACE)),
        (at_most(40), said(at_most(20), at_most(5)), Said(5, Scope.CHANNEL)),
        (None, said(channel=at_most(50)), Said(50, Scope.CHANNEL)),
    ],
)
def test_the_nearest_word_counts_and_where_nobody_says_anything_it_is_thirty(
    organisation: Settings | None, workspace: Document | None, holds: Said[int]
) -> None:
    # given what each scope says, when it is looked up in a channel, then the nearest one's counts
    above = Document(of=Of.ORGANISATION, default=Part(settings=organisation)) if organisation else None
    assert holds_in(above, workspace, "C1").approvals_an_hour == holds


@pytest.mark.requirement("AUTHZ-26")
@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (said(), said(at_most(29)), Direction.NARROWS),
        (said(), said(at_most(30)), Direction.NEITHER),
        (said(), said(at_most(31)), Direction.WIDENS),
        (said(at_most(20)), said(), Direction.WIDENS),
        (said(at_most(20)), said(at_most(20), at_most(5)), Direction.NARROWS),
        (said(at_most(20)), said(at_most(20), at_most(25)), Direction.WIDENS),
    ],
)
def test_more_an_hour_widens_and_fewer_narrow(before: Document, after: Document, direction: Direction) -> None:
    # given a policy and one with another number, when compared, then more is called widening, counted from what holds
    [one] = changes(before, after)
    assert (one.what, one.direction) == (f"setting {PATH}", direction)


@pytest.mark.requirement("AUTHZ-26")
def test_an_editor_of_a_channel_may_lower_it_and_only_admins_raise_it() -> None:
    # given a workspace that lets one person say yes twenty times, when its channel's part says fewer, or more, then
    # only more goes beyond what the channel's editors may say
    before = said(at_most(20))
    assert exceeding(before, said(at_most(20), at_most(5)), "C1", None) == ()
    [beyond] = exceeding(before, said(at_most(20), at_most(25)), "C1", None)
    assert (beyond.place, beyond.what, beyond.after) == ("C1", f"setting {PATH}", "25")


@pytest.mark.parametrize("place", ["", "C1"])
def test_it_can_be_said_alone_and_taken_away(place: str) -> None:
    # given a policy, when the number is put into one scope as a form sends it, then it stands there; then it is gone
    put = applied(Document(), [Put(place=place, path=PATH, value="12")])
    assert (put.channels["C1"] if place else put.default).settings == at_most(12)
    assert applied(put, [Put(place=place, path=PATH, value=None)]) == Document()


@pytest.mark.parametrize("wrong", ["0", "-1", "10001", "many", "1.5"])
def test_what_is_no_number_of_times_is_refused_with_its_place(wrong: str) -> None:
    # given something else, when it is put, then nothing is changed, and it says where it would have stood
    with pytest.raises(NotPossible, match=r"^approvers\.most_an_hour: "):
        applied(Document(), [Put(path=PATH, value=wrong)])
