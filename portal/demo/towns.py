"""Fictitious pilot towns of Luzhou's own programme: the opinion names none (L11), and every name here says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from pilots.models import Capacity, PilotArea, Region, Route
from pilots.services import link_divisions
from units.models import Division, DivisionVersion, Programme, Sourced, Unit, UnitName
from units.services import ids_of
from units.upsert import settle

CITY = "lgo-510500"
SICHUAN_CODE = "510000"
SOURCE = "演示数据，虚构 (fictitious, for the demo only)"
BEYOND = "（演示文本）该县有三个镇同时具备条件，依照“逐步扩大试点范围”一并列入。"


@dataclass(frozen=True, slots=True)
class Town:
    number: int
    numeral: str
    county_code: str
    by_city: bool
    beyond: str = ""

    @property
    def key(self) -> str:
        return f"demo-town-{self.number}"

    @property
    def name(self) -> str:
        return f"示例{self.numeral}镇（虚构）"

    @property
    def name_en(self) -> str:
        return f"Example Town {self.number} (fictitious)"

    @property
    def county_office(self) -> str:
        return f"lgo-{self.county_code}"

    @property
    def chosen_by(self) -> str:
        return CITY if self.by_city else self.county_office


TOWNS = (
    Town(1, "一", "510522", by_city=True),
    Town(2, "二", "510521", by_city=True),
    Town(3, "三", "510524", by_city=True),
    Town(4, "四", "510522", by_city=False),
    Town(5, "五", "510521", by_city=False),
    Town(6, "六", "510524", by_city=False),
    Town(7, "七", "510524", by_city=False),
    Town(8, "八", "510524", by_city=False, beyond=BEYOND),
)


@transaction.atomic
def load() -> None:
    """The towns with their governments, pilot areas and routes: town → county → city. Safe to repeat."""
    _places()
    _offices()
    _pilots()
    _routes()


def _places() -> None:
    counties = {county.code_now: county for county in Division.objects.exclude(code_now="")}
    settle(
        Division.objects.filter(is_fictitious=True),
        ("key",),
        [
            {
                "key": town.key,
                "level": Division.Level.TOWNSHIP.value,
                "is_fictitious": True,
                "name_now": town.name,
                "name_en_now": town.name_en,
                "parent_now_id": counties[town.county_code].pk,
                "sort_key": town.key,
            }
            for town in TOWNS
        ],
    )
    for place in Division.objects.filter(is_fictitious=True, path_now="").select_related("parent_now"):
        if place.parent_now is None:
            continue
        place.path_now = f"{place.parent_now.path_now}{place.pk}/"
        place.save(update_fields=["path_now"])
        DivisionVersion.objects.create(
            division=place,
            name_zh=place.name_now,
            name_en=place.name_en_now,
            parent=place.parent_now,
            source=SOURCE,
        )


def _offices() -> None:
    places = ids_of(Division.objects.filter(is_fictitious=True))
    wanted = [
        {
            "key": town.key,
            "kind": Unit.Kind.GOVERNMENT.value,
            "division_id": places[town.key],
            "name_now": f"示例{town.numeral}镇人民政府（虚构）",
            "name_en_now": f"Government of {town.name_en}",
            "sort_key": town.key,
            "is_fictitious": True,
            "source": SOURCE,
            "confidence": Sourced.Confidence.MEDIUM.value,
        }
        for town in TOWNS
    ]
    settle(Unit.objects.filter(is_fictitious=True), ("key",), wanted)
    for unit in Unit.objects.filter(is_fictitious=True, names__isnull=True):
        UnitName.objects.create(
            unit=unit,
            name_zh=unit.name_now,
            name_en=unit.name_en_now,
            valid=DateRange(None, None, "[)"),
            source=SOURCE,
            confidence=unit.confidence,
        )


def _pilots() -> None:
    units = ids_of(Unit.objects.all())
    places = ids_of(Division.objects.filter(is_fictitious=True))
    programme = Programme.objects.get(code="luzhou")
    province = Division.objects.get(code_now=SICHUAN_CODE)
    wanted = [
        {
            "key": town.key,
            "programme_id": programme.pk,
            "name_as_published": town.name,
            "name_en": town.name_en,
            "category": "镇",
            "region": Region.WEST.value,
            "province_id": province.pk,
            "reporting_unit_id": units[town.key],
            "selected_by_id": units[town.chosen_by],
            "beyond_limit_reason": town.beyond,
            "is_fictitious": True,
            "source": SOURCE,
            "confidence": Sourced.Confidence.MEDIUM.value,
            "sort_key": town.key,
        }
        for town in TOWNS
    ]
    settle(PilotArea.objects.filter(is_fictitious=True), ("key",), wanted)
    pilots = ids_of(PilotArea.objects.filter(is_fictitious=True))
    link_divisions({pilots[town.key]: {places[town.key]} for town in TOWNS})


def _routes() -> None:
    units = ids_of(Unit.objects.all())
    programme = Programme.objects.get(code="luzhou")
    wanted = [
        {
            "programme_id": programme.pk,
            "sender_id": units[town.key],
            "receiver_id": units[town.county_office],
            "capacity": Capacity.PILOT.value,
            "note": "演示配置：镇 → 区县 → 市" if town.by_city else "演示配置：镇 → 区县",
            "source": SOURCE,
        }
        for town in TOWNS
    ]
    settle(Route.objects.filter(programme=programme), ("programme_id", "sender_id", "capacity"), wanted)
