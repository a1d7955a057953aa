"""The schema that editors use says what the model says: every key, every word, and nothing else may stand there."""

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from agents.policy import conditions, document, settings
from agents.policy.document_faults import FORMS, SHAPES
from agents.policy.json_schema import DIALECT, schema, schema_text
from agents.policy.verdicts import Verdict


def models() -> Iterator[type[BaseModel]]:
    """Return every part of a document."""
    wanted = set(schema()["$defs"]) | {"Document"}
    for module in (document, conditions, settings):
        for name, value in vars(module).items():
            if name in wanted and isinstance(value, type) and issubclass(value, BaseModel):
                yield value


def of(model: type[BaseModel]) -> Any:
    """Return the schema of a part."""
    return schema() if model is document.Document else schema()["$defs"][model.__name__]


def test_every_part_has_its_keys_and_no_others() -> None:
    # given each part of the model, then its schema has just its keys, in its order, and is closed
    found = set(models())
    assert len(found) == 25
    for model in found:
        made = of(model)
        assert list(made["properties"]) == list(model.model_fields)
        assert made["additionalProperties"] is False


def test_every_part_says_what_it_is() -> None:
    # given each part, then an editor shows a sentence, and no title made of the name beside it
    for model in models():
        assert of(model)["description"]
        assert all("title" not in one for one in of(model)["properties"].values())
    assert (schema()["$schema"], schema()["title"]) == (DIALECT, "Tagwork policy")
    assert schema_text().count('"title"') == 1


def test_the_schema_is_published_as_text_that_people_can_read_too() -> None:
    # given the schema as it is published, then it is the schema, with two columns a level, and ends with its line
    lines = schema_text().splitlines()
    assert json.loads(schema_text()) == schema()
    assert lines[:2] == ["{", f'  "$schema": "{DIALECT}",']
    assert schema_text().endswith("\n}\n")


def test_the_words_of_a_choice_are_offered() -> None:
    # given choices that people write, then the schema lists each of their words
    for choice in (Verdict, document.Authority, conditions.Trigger, settings.Guests, settings.ReplyMode):
        assert issubclass(choice, StrEnum)
        assert schema()["$defs"][choice.__name__]["enum"] == [one.value for one in choice]


def test_every_form_of_a_value_has_its_words() -> None:
    # given every pattern that the schema asks a word for
    found = {json.loads(one) for one in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema_text())}

    # then what it stands for can be told to somebody who wrote something else; a model's name is the provider's
    assert len(FORMS) == len(SHAPES)
    assert found - set(FORMS) == {"^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$"}
