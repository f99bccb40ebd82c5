"""Roll-ups and positions hear of every change of places and pilot areas: made known when the app is ready."""

from indicators.positions import rebuild_all
from indicators.rollups.rebuilding import structure_changed
from pilots import structure

structure.listen(structure_changed)
structure.listen(rebuild_all)
