"""Telling everybody a cycle concerns, by one statement however many they are. Words in each reader's language."""
# ruff: noqa: S608 - the statements are made of this room's own constants; every value is bound

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from accounts.models import Role
from records.outbox_bulk import tell_selected
from reporting.models import Cycle

_NAME = "COALESCE(%(names)s::jsonb ->> NULLIF(u.language, ''), %(names)s::jsonb ->> %(language)s)"
_HATS = (
    "JOIN accounts_membership m ON m.unit_id = d.unit_id AND m.programme_id = %(programme)s AND m.role = %(drafter)s"
    " AND m.ended_at IS NULL JOIN accounts_user u ON u.id = m.user_id AND u.is_active"
)
_OPENED = f"""
SELECT portal_uuid7(), u.id, 'cycle.opened', %(programme)s::bigint,
       jsonb_build_object('report', {_NAME}, 'due', min(d.due_on)::text), '/'
  FROM reporting_due d {_HATS} WHERE d.cycle_id = %(cycle)s AND (%(dues)s::bigint[] IS NULL OR d.id = ANY(%(dues)s))
 GROUP BY u.id, d.capacity
"""
_MOVED = f"""
SELECT portal_uuid7(), u.id, 'cycle.moved', %(programme)s::bigint,
       jsonb_build_object('report', {_NAME}, 'due', d.due_on::text), '/reports/' || r.uid || '/'
  FROM reporting_due d JOIN reporting_report r ON r.due_id = d.id {_HATS} WHERE d.id = ANY(%(dues)s)
"""
_RELEASED = f"""
SELECT portal_uuid7(), u.id, 'cycle.released', %(programme)s::bigint, jsonb_build_object('report', {_NAME}), '/'
  FROM (SELECT DISTINCT unnest(%(units)s::bigint[]) AS unit_id) d {_HATS}
"""


def tell_opened(cycle: Cycle, at: dt.datetime | None = None, *, dues: Sequence[int] | None = None) -> None:
    """One notice to each drafter of a unit that owes, for each of its capacities, with its own due date.

    `dues` (ids): only of those.
    """
    _tell(_OPENED, cycle, {"dues": None if dues is None else list(dues)}, at)


def tell_moved(cycle: Cycle, dues: Sequence[int]) -> None:
    """Each drafter of what has another date or another receiver now."""
    _tell(_MOVED, cycle, {"dues": list(dues)})


def tell_released(cycle: Cycle, units: Sequence[int]) -> None:
    """Each drafter of a unit that owes no more what it owed."""
    _tell(_RELEASED, cycle, {"units": list(units)})


def _tell(select: str, cycle: Cycle, values: Mapping[str, Any], at: dt.datetime | None = None) -> None:
    params = {
        "cycle": cycle.pk,
        "programme": cycle.programme_id,
        "drafter": Role.DRAFTER.value,
        "names": json.dumps(_names(cycle)),
        "language": settings.LANGUAGE_CODE,
        **values,
    }
    tell_selected(select, params, at=at)


def _names(cycle: Cycle) -> dict[str, str]:
    """The cycle's name in each language people can choose."""
    names = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            names[language] = str(cycle.name)
    return names
