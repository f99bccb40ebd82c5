"""Roll-ups hear of every change of places and pilot areas: made known when the app is ready."""

from indicators.rollups.rebuilding import structure_changed
from pilots import structure

structure.listen(structure_changed)
