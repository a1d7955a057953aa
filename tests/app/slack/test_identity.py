"""Our own ids answer who is one of ours."""

from dataclasses import replace

from tests.app.slack.events_given import US


def test_ours_are_the_workspace_and_where_there_is_one_the_organisation() -> None:
    # given a workspace, alone and in an organisation, when asked for its own teams, then no empty id is among them
    assert US.own_teams("T0HOME00001") == {"T0HOME00001"}
    assert replace(US, enterprise_id="E0ORG000001").own_teams("T0HOME00001") == {"T0HOME00001", "E0ORG000001"}
    assert US.mention == "<@U0TAGWORK01>"
