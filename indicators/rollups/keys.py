"""What names one figure of a programme, and one rolled-up figure: place, indicator, period."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from indicators.models import period_end


class FigureKey(NamedTuple):
    """`part` is one of `indicators.models.Part`."""

    division_id: int
    indicator_id: int
    year: int
    part: str

    @property
    def day(self) -> dt.date:
        """The day of the tree and of the indicator's version."""
        return period_end(self.year, self.part)
