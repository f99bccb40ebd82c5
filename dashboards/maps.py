"""The tile map of where targets are in danger: each sender by the share of its targets that are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.tallies import Tally
from portal.errors import type_text
from reporting import tiles
from units.models import Unit

STEPS: tuple[tuple[str, int, type_text], ...] = (
    # state, up to so many hundredths, words
    ("risk-0", 0, gettext_lazy("none at risk")),
    ("risk-1", 25, gettext_lazy("up to a quarter")),
    ("risk-2", 50, gettext_lazy("up to a half")),
    ("risk-3", 100, gettext_lazy("more than a half")),
)
NOT_JUDGED = ("risk-none", gettext_lazy("none can be judged"))


def state_of(tally: Tally | None) -> str:
    if tally is None:
        return "none"
    if not tally.judged:
        return NOT_JUDGED[0]
    share = 100 * tally.behind / tally.judged
    return next(state for state, most, _words in STEPS if share <= most)


def tile_map(found: Mapping[Unit, Tally], urls: Mapping[Unit, str]) -> dict[str, Any]:
    """Context of `components/tile_map.html`; empty where no province is among the senders."""
    if not tiles.fits(found):
        return {}
    by_code, names = {tiles.code_of(unit): unit for unit in found}, tiles.names()

    def drawn(code: str, place: tiles.Place) -> dict[str, Any]:
        unit = by_code.get(tiles.full(code))
        tally = found[unit] if unit else None
        tile = {"code": code, "name": names.get(tiles.full(code), ""), "row": place.row, "col": place.col}
        if unit is None or tally is None:
            return {**tile, "state": "none", "value": "", "url": ""}
        told = {"unit": unit.name, "behind": tally.behind, "judged": tally.judged, "total": tally.total}
        title = _("%(unit)s: %(behind)d of %(judged)d judged targets at risk or off track; %(total)d in all") % told
        value = f"{tally.behind}/{tally.judged}" if tally.judged else "?"
        return {**tile, "state": state_of(tally), "value": value, "url": urls[unit], "title": title}

    provinces = [drawn(code, place) for code, place in tiles.PROVINCES.items()]
    senders = [drawn(code, place) for code, place in tiles.SENDERS.items()]
    shown = {tile["state"] for tile in [*provinces, *senders]}
    words = [
        *((state, text) for state, _most, text in STEPS),
        NOT_JUDGED,
        ("none", gettext_lazy("no targets on record")),
    ]
    return {"tiles": provinces, "senders": senders, "legend": [(s, w) for s, w in words if s in shown]}
