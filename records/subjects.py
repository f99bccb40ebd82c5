"""What an act is about. Apart from the journal, because models say it of themselves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from units.models import Programme, Unit


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act is about, as an event keeps it."""

    kind: str
    uid: uuid.UUID
    label: str
    programme: Programme | None = None
    unit: Unit | None = None
    receiver: Unit | None = None
