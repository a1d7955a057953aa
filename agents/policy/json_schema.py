"""The JSON Schema of a policy, for editors that complete and check while somebody writes. Pure.

It is made from the model (document.py). What only the model can say, such as one id twice, an editor does not see:
`tagwork policy check` does.
"""

import json
from typing import Any

from agents.policy.document import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema."""
    made = _without_titles(Document.model_json_schema(mode="validation"))
    return {"$schema": DIALECT, "title": "Tagwork policy", **made}


def schema_text() -> str:
    """Return the schema as it is published."""
    return json.dumps(schema(), indent=2) + "\n"


def _without_titles(part: Any) -> Any:
    """Drop the titles that pydantic makes of names: editors would show each name twice. No key is called so."""
    if not isinstance(part, dict):
        return part
    return {key: _without_titles(value) for key, value in part.items() if key != "title"}
