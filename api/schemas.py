"""JSON Schemas of what is handed out, drawn from the models, for whoever reads it in another language.

They are open: in `schema_version` 1 members may be added, never renamed, dropped or widened. A committed copy
in `tests/` holds us to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from pydantic import BaseModel

from evidence.model import SCHEMA_VERSION, Report

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
REPORT: Final = "/v1/schemas/report.json"
_PARTS: Final = "#/components/schemas/"


def report() -> dict[str, Any]:
    """The schema of a report."""
    made = Report.model_json_schema(mode="serialization")
    head = {"$schema": DIALECT, "$id": REPORT, "$comment": f"schema_version {SCHEMA_VERSION}"}
    return head | cast("dict[str, Any]", _opened(made))


def described_report() -> dict[str, Any]:
    """The same as components of the OpenAPI description."""
    made = Report.model_json_schema(mode="serialization", ref_template=f"{_PARTS}Report.{{model}}")
    found = _placed("Report", cast("dict[str, Any]", _opened(made)))
    found["Report"]["externalDocs"] = {"url": REPORT, "description": "The same as a schema of its own."}
    return found


def described(model: type[BaseModel]) -> dict[str, Any]:
    """What a request may hold, as components of the OpenAPI description."""
    name = model.__name__
    return _placed(name, model.model_json_schema(ref_template=f"{_PARTS}{name}.{{model}}"))


def _placed(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """A schema and its parts beside each other, the parts' names after its own."""
    parts: Mapping[str, Any] = made.pop("$defs", {})
    return {name: made} | {f"{name}.{part}": schema for part, schema in parts.items()}


def _opened(schema: object) -> object:
    """Without the word that there is nothing else, which holds for what we read, not for what we hand out."""
    if isinstance(schema, dict):
        members = cast("dict[str, object]", schema)
        return {k: _opened(v) for k, v in members.items() if (k, v) != ("additionalProperties", False)}
    if isinstance(schema, list):
        return [_opened(each) for each in cast("list[object]", schema)]
    return schema
