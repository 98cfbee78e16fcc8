"""Whether what is handed out under a new schema can still be read by whoever reads the old one.

`make schemas` draws the committed copy again, and refuses where readers would break: then `SCHEMA_VERSION`
has to move.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from api.schemas import report
from evidence.model import SCHEMA_VERSION

COPY = Path(__file__).parent / "api" / f"report_schema_{SCHEMA_VERSION}.json"

Schema = dict[str, Any]
LOWER = ("minimum", "minItems", "minLength")
UPPER = ("maximum", "maxItems", "maxLength")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Where something valid under `new` would surprise a reader of `old`; added members would not."""
    return list(dict.fromkeys(_Both(old, new).compare(old, new, "$")))


class _Both:
    """Two schemas whose references are followed on the way."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str]] = set()

    def compare(self, old: Schema, new: Schema, at: str) -> list[str]:
        names = (old.get("$ref", ""), new.get("$ref", ""))
        if all(names):
            if names in self._seen:
                return []
            self._seen.add(names)
        old, new = _followed(self._old, old), _followed(self._new, new)
        if "anyOf" in old or "anyOf" in new:
            before, after = old.get("anyOf", [old]), new.get("anyOf", [new])
            lost = [n for n in after if all(self._fresh().compare(o, n, at) for o in before)]
            return [f"{at} may now be {json.dumps(each)[:80]}" for each in lost]
        return [*_kind(old, new, at), *_limits(old, new, at), *self._members(old, new, at)]

    def _fresh(self) -> _Both:
        """For one of several alternatives, whose faults do not count by themselves."""
        made = _Both(self._old, self._new)
        made._seen = set(self._seen)
        return made

    def _members(self, old: Schema, new: Schema, at: str) -> list[str]:
        found: list[str] = []
        for name, schema in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                found.append(f"{at}.{name} is gone")
            else:
                found += self.compare(schema, new["properties"][name], f"{at}.{name}")
        missing = set(old.get("required", [])) - set(new.get("required", []))
        found += [f"{at}.{name} may be missing" for name in sorted(missing)]
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), dict):
                if not isinstance(new.get(part), dict):
                    found.append(f"{at}.{part} may be anything")
                else:
                    found += self.compare(old[part], new[part], f"{at}[]")
        pairs = zip(old.get("prefixItems", []), new.get("prefixItems", []), strict=False)
        for number, (one, other) in enumerate(pairs):
            found += self.compare(one, other, f"{at}[{number}]")
        return found


def _followed(whole: Schema, part: Schema) -> Schema:
    name = part.get("$ref")
    return whole["$defs"][name.removeprefix("#/$defs/")] if name else part


def _kind(old: Schema, new: Schema, at: str) -> list[str]:
    same = {old.get("type"), new.get("type")}
    narrowed = (old.get("type"), new.get("type")) == ("number", "integer")
    if len(same) > 1 and "type" in old and not narrowed:
        return [f"{at} is {new.get('type')}, was {old['type']}"]
    before, after = _values(old), _values(new)
    if before is not None and (after is None or not after <= before):
        return [f"{at} may be {sorted((after or set()) - before, key=str) or 'anything'}"]
    return []


def _values(schema: Schema) -> set[Any] | None:
    return {schema["const"]} if "const" in schema else set(schema["enum"]) if "enum" in schema else None


def _limits(old: Schema, new: Schema, at: str) -> list[str]:
    found = [f"{at}: {key}" for key in LOWER if key in old and new.get(key, float("-inf")) < old[key]]
    found += [f"{at}: {key}" for key in UPPER if key in old and new.get(key, float("inf")) > old[key]]
    if "pattern" in old and new.get("pattern") != old["pattern"]:
        found.append(f"{at}: pattern")
    return found


def main() -> int:
    made = report()
    if COPY.exists() and (broken := breaks(json.loads(COPY.read_text("utf-8")), made)):
        sys.stderr.write("\n".join(["Readers would break; move SCHEMA_VERSION:", *broken, ""]))
        return 1
    COPY.write_text(json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
