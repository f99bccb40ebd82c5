"""Making stored rows agree with given ones in a few statements: create the missing, update the changed.

Rows that are no longer given stay as they are: other rows may point to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)
Row = Mapping[str, Any]

BATCH = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows were given, and for how many of them something had to be written."""

    given: int = 0
    created: int = 0
    updated: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.given + other.given, self.created + other.created, self.updated + other.updated)


def settle(rows: models.QuerySet[M], by: Sequence[str], wanted: Sequence[Row]) -> Tally:
    """Make the rows so. `by` names the columns that tell which row is which (foreign keys as `…_id`)."""
    stored = {tuple(getattr(row, name) for name in by): row for row in rows}
    missing: list[M] = []
    changed: list[M] = []
    columns: set[str] = set()
    for values in wanted:
        row = stored.get(tuple(values[name] for name in by))
        if row is None:
            missing.append(rows.model(**values))
            continue
        different = {name for name, value in values.items() if getattr(row, name) != value}
        if different:
            for name in different:
                setattr(row, name, values[name])
            changed.append(row)
            columns |= different
    rows.model._default_manager.bulk_create(missing, batch_size=BATCH)
    if changed:
        fields = [rows.model._meta.get_field(name.removesuffix("_id")).name for name in sorted(columns)]
        rows.model._default_manager.bulk_update(changed, fields, batch_size=BATCH)
    return Tally(len(wanted), len(missing), len(changed))
