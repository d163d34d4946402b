"""A small good case as a mapping, for tests that change one thing about it."""

from typing import Any


def plain(**changes: dict[str, Any]) -> dict[str, Any]:
    """A case as a mapping, with some keys of its parts changed (None takes a key away)."""
    case: dict[str, Any] = {
        "title": {"zh": "例", "en": "example"},
        "person": {"pool": "chongqing", "scheme": "employee", "status": "active", "born": "1985-07-01"},
        "claim": {
            "care_type": "inpatient", "hospital": {"pool": "chengdu", "level": "3"},
            "admitted": "2024-05-06", "discharged": "2024-05-15", "bill": {"in_scope": "1880.00"},
        },
    }  # fmt: skip
    for part, keys in changes.items():
        merged = {**case.get(part, {}), **keys}
        case[part] = {key: value for key, value in merged.items() if value is not None}
    return case
