"""Pages about programmes, pilot areas, who answers for them, and leading groups."""

from pilots.views.areas import PilotsView, ProgrammesView, ProgrammeView, pilot_context

__all__ = ["PilotsView", "ProgrammeView", "ProgrammesView", "pilot_context"]
