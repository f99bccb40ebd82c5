"""Figures of the places above from those of the places in them: rebuilt as a whole, or of the ancestors only."""

from indicators.rollups.auditing import Difference, audit
from indicators.rollups.keys import FigureKey
from indicators.rollups.rebuilding import meaning_changed, rebuild, structure_changed
from indicators.rollups.refreshing import refresh

__all__ = ["Difference", "FigureKey", "audit", "meaning_changed", "rebuild", "refresh", "structure_changed"]
