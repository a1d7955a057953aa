"""GET /v1/models and /v1/models/{id}."""

import anthropic
import pytest

from app.rehearsal.claude.models import OFFERED


def test_the_models_are_listed_with_their_limits(claude: anthropic.Anthropic) -> None:
    # when the SDK lists the models
    listed = list(claude.models.list())

    # then each of them is there, with the limits that a client reads
    assert [model.id for model in listed] == list(OFFERED)
    assert {model.id: model.max_tokens for model in listed}["claude-haiku-4-5"] == 64_000


def test_one_model_is_shown_by_its_id(claude: anthropic.Anthropic) -> None:
    # when one is asked for
    shown = claude.models.retrieve("claude-opus-5-5")

    # then it says what it holds
    assert (shown.line, shown.lifecycle, shown.max_input_tokens) == ("opus", "active", 1_000_000)


def test_a_model_that_is_not_offered_is_not_found(claude: anthropic.Anthropic) -> None:
    # when an unknown one is asked for
    with pytest.raises(anthropic.NotFoundError) as refused:
        claude.models.retrieve("claude-nobody-9")

    # then the error has the API's type
    assert refused.value.type == "not_found_error"
