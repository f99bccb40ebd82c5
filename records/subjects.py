"""What an act is about. Apart from the journal, because models say it of themselves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from units.models import Programme, Unit

PROGRAMMES = uuid.UUID("0197a000-0000-7000-8000-000000000004")
"""Events name a programme by the uuid5 of its code here: programmes are known by their codes, and have no uid."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is about, as an event keeps it."""

    kind: str
    uid: uuid.UUID
    label: str
    programme: Programme | None = None
    unit: Unit | None = None
    receiver: Unit | None = None


def of_programme(programme: Programme, unit: Unit) -> Subject:
    """A programme as events name it. `unit`: the office whose matter it is."""
    with translation.override(settings.LANGUAGE_CODE):
        label = str(programme)
    return Subject("programme", uuid.uuid5(PROGRAMMES, programme.code), label, programme, unit)
