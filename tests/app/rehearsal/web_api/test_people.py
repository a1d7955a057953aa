"""Looking people and their groups up, and workflows that do not run here."""

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of


def test_people_are_found_by_their_address_in_any_case(shared_client: WebClient) -> None:
    # given / when
    found = shared_client.users_lookupByEmail(email="Ann@Rehearsal.example")["user"]
    # then
    assert found["name"] == "ann"


@pytest.mark.parametrize("email", ["dora@rehearsal.example", "deploybot@rehearsal.example", "x@rehearsal.example"])
def test_who_left_bots_and_unknown_addresses_are_not_found(shared_client: WebClient, email: str) -> None:
    # given / when
    refusal = error_of(lambda: shared_client.users_lookupByEmail(email=email))
    # then
    assert refusal["error"] == "users_not_found"


def test_a_group_names_its_people(shared_client: WebClient) -> None:
    # given
    (group,) = shared_client.usergroups_list(include_users=True, include_count=True)["usergroups"]
    # when
    users = shared_client.usergroups_users_list(usergroup=group["id"])["users"]
    # then
    assert (group["handle"], group["users"], group["user_count"]) == ("sales-team", users, 2)
    assert error_of(lambda: shared_client.usergroups_users_list(usergroup="S0"))["error"] == "no_such_subteam"


def test_no_step_of_a_workflow_can_be_completed(shared_client: WebClient) -> None:
    # given no workflow / when
    success = error_of(lambda: shared_client.functions_completeSuccess(function_execution_id="Fx1", outputs={}))
    failure = error_of(lambda: shared_client.functions_completeError(function_execution_id="Fx1", error="no"))
    # then
    assert {success["error"], failure["error"]} == {"function_execution_not_found"}
