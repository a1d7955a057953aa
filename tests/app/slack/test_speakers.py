"""One classification of people; what is unknown never makes anyone more trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.surface import PersonKind
from app.slack.speakers import kind_by_post, person_of
from tests.app.slack.events_given import US, Json, a_user

OURS = US.own_teams(US.team_id)


@pytest.mark.failure_mode(61)
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, PersonKind.MEMBER),
        ({"is_admin": True}, PersonKind.ADMIN),
        ({"is_owner": True}, PersonKind.ADMIN),
        ({"is_primary_owner": True}, PersonKind.ADMIN),
        ({"is_restricted": True}, PersonKind.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, PersonKind.GUEST),
        ({"is_stranger": True}, PersonKind.STRANGER),
        ({"team_id": "T0PARTNER01"}, PersonKind.STRANGER),
        ({"team_id": "T0PARTNER01", "is_admin": True}, PersonKind.STRANGER),
        ({"team_id": None}, PersonKind.STRANGER),
        ({"team_id": "T0OTHER0001", "enterprise_user": {"teams": ["T0OTHER0001", US.team_id]}}, PersonKind.MEMBER),
        ({"team_id": "T0OTHER0001", "enterprise_user": {"teams": ["T0OTHER0001"]}}, PersonKind.STRANGER),
        ({"is_bot": True}, PersonKind.BOT),
        ({"is_app_user": True}, PersonKind.BOT),
        ({"id": "USLACKBOT"}, PersonKind.BOT),
        ({"deleted": True, "is_admin": True}, PersonKind.GONE),
    ],
)
def test_everyone_is_of_one_kind(changes: Json, kind: PersonKind) -> None:
    # given what users.info says, when classified, then the least trusted kind that fits is taken
    assert person_of(a_user(**changes), OURS).kind is kind


def test_a_person_of_the_same_organisation_is_one_of_ours() -> None:
    # given a workspace in an Enterprise organisation, and a member of another one of it
    organised = OURS | {"E0ORG000001"}
    user = a_user(team_id="T0OTHER0001", enterprise_user={"enterprise_id": "E0ORG000001", "teams": ["T0OTHER0001"]})
    # when classified, then they are a member
    assert person_of(user, organised).kind is PersonKind.MEMBER


def test_the_display_name_is_what_people_see() -> None:
    # given the names that users.info has, when shown, then the first that says something
    assert person_of(a_user(), OURS).name == "Ann"
    assert person_of(a_user(profile={"display_name": " ", "real_name": "Ann Arbor"}), OURS).name == "Ann Arbor"
    assert person_of(a_user(profile=None), OURS).name == "ann"


@given(
    st.dictionaries(st.sampled_from(["team_id", "enterprise_user", "profile", "is_stranger"]), st.text() | st.none())
)
def test_nobody_becomes_a_member_by_odd_data(odd: Json) -> None:
    # given a user of another team, with any part replaced by something odd
    user = a_user(team_id="T0PARTNER01", **{key: value for key, value in odd.items() if key != "team_id"})
    # when classified, then they stay outside
    assert person_of(user, OURS).kind is PersonKind.STRANGER


def test_the_post_alone_tells_bots_and_strangers() -> None:
    # given only what a post says, when asked, then Slack need not be for these
    def by_post(bot_id: str = "", team_id: str = "", external: bool = False) -> PersonKind | None:
        return kind_by_post(bot_id=bot_id, team_id=team_id, external=external, own_teams=OURS)

    assert by_post(bot_id="B0OTHERBOT1") is PersonKind.BOT
    assert by_post(team_id="T0PARTNER01") is PersonKind.STRANGER
    assert by_post(external=True) is PersonKind.STRANGER
    assert by_post(team_id=US.team_id) is None
