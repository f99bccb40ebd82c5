"""Times of the day as the API writes and reads them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

HOURS_AND_MINUTES = r"([01][0-9]|2[0-3]):[0-5][0-9]"
CLOCK_TIME = {"type": "string", "pattern": f"^{HOURS_AND_MINUTES}$"}
"""JSON Schema of a time to the minute. Its own format "time" asks for seconds and an offset."""


@extend_schema_field(CLOCK_TIME)
class ClockTime(serializers.TimeField):
    """Hours and minutes of a day, as `08:30`, in and out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)

    def to_internal_value(self, value: Any) -> dt.time:
        """strptime takes `8:30` too; what is documented is what is taken."""
        if isinstance(value, str) and not re.fullmatch(HOURS_AND_MINUTES, value):
            self.fail("invalid", format="hh:mm")
        return super().to_internal_value(value)
