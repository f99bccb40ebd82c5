"""The lists of this app, made known to the engine when the app is ready."""

from __future__ import annotations

from indicators.importing.series import PublishedFigures
from records.importing.kinds import register

register(PublishedFigures())
