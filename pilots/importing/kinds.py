"""The lists about places, offices and pilot areas, made known to the engine when the app is ready."""

from __future__ import annotations

from pilots.importing.divisions import DivisionChanges
from pilots.importing.offices import OfficeList
from pilots.importing.pilot_areas import PilotList
from records.importing.kinds import register

for kind in (PilotList(), OfficeList(), DivisionChanges()):
    register(kind)
