"""In what figures are measured. A figure is kept in its indicator's unit; others of the same kind are converted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Measure(models.TextChoices):
    """The units in which an indicator can be counted."""

    PERCENT = "percent", _("%")
    PERSONS = "persons", _("persons")
    TEN_THOUSAND_PERSONS = "10k_persons", _("10,000 persons")
    SQUARE_KM = "km2", _("km²")
    TEN_THOUSAND_SQUARE_KM = "10k_km2", _("10,000 km²")
    HECTARES = "hectares", _("hectares")
    SQUARE_METRES = "m2", _("m²")
    TEN_THOUSAND_SQUARE_METRES = "10k_m2", _("10,000 m²")
    SQUARE_METRES_EACH = "m2_each", _("m² per person")
    MEGABITS = "mbps", _("Mbps")
    TEN_THOUSAND_CUBIC_METRES = "10k_m3", _("10,000 m³")
    TEN_THOUSAND_TONNES = "10k_tonnes", _("10,000 t")
    TEN_THOUSAND_TONNES_OF_COAL = "10k_tce", _("10,000 t of standard coal")
    TEN_THOUSAND_TRIPS = "10k_trips", _("10,000 trips")
    COUNT = "count", pgettext_lazy("unit of measure", "number")
    YUAN = "yuan", _("yuan")
    TEN_THOUSAND_YUAN = "10k_yuan", _("10,000 yuan")
    HUNDRED_MILLION_YUAN = "100m_yuan", _("100 million yuan")
    NONE = "none", _("none")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is measured, and how much one of this unit is of the smallest unit of that kind."""

    of: str
    size: Decimal = Decimal(1)


KINDS: dict[Measure, Kind] = {
    Measure.PERCENT: Kind("share"),
    Measure.PERSONS: Kind("persons"),
    Measure.TEN_THOUSAND_PERSONS: Kind("persons", Decimal(10_000)),
    Measure.SQUARE_METRES: Kind("area"),
    Measure.HECTARES: Kind("area", Decimal(10_000)),
    Measure.TEN_THOUSAND_SQUARE_METRES: Kind("area", Decimal(10_000)),
    Measure.SQUARE_KM: Kind("area", Decimal(1_000_000)),
    Measure.TEN_THOUSAND_SQUARE_KM: Kind("area", Decimal(10_000_000_000)),
    Measure.SQUARE_METRES_EACH: Kind("area per person"),
    Measure.MEGABITS: Kind("data rate"),
    Measure.TEN_THOUSAND_CUBIC_METRES: Kind("volume", Decimal(10_000)),
    Measure.TEN_THOUSAND_TONNES: Kind("mass", Decimal(10_000)),
    Measure.TEN_THOUSAND_TONNES_OF_COAL: Kind("energy", Decimal(10_000)),
    Measure.TEN_THOUSAND_TRIPS: Kind("trips", Decimal(10_000)),
    Measure.COUNT: Kind("count"),
    Measure.YUAN: Kind("money"),
    Measure.TEN_THOUSAND_YUAN: Kind("money", Decimal(10_000)),
    Measure.HUNDRED_MILLION_YUAN: Kind("money", Decimal(100_000_000)),
    Measure.NONE: Kind("none"),
}


def alike(measure: str) -> list[Measure]:
    """The units a figure in this one may be given in: those of the same kind."""
    kind = KINDS[Measure(measure)].of
    return [other for other, found in KINDS.items() if found.of == kind]


def convert(value: Decimal, given: str, wanted: str) -> Decimal:
    """The same amount in another unit. ValueError where the two do not measure the same."""
    source, target = KINDS[Measure(given)], KINDS[Measure(wanted)]
    if source.of != target.of:
        raise ValueError(f"{given} and {wanted} do not measure the same")
    return value * source.size / target.size
