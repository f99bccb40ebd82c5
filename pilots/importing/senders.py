"""Which office reports for a pilot area that a list brings in, and who receives: by the programme's own routes.

The receiver is the compiler nearest above the place: a county inside a separately planned city follows the city, a
city of the Corps the Corps, every other place its province; in Luzhou's programme a town follows its county.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F

from pilots.models import Capacity, PilotArea, Route
from pilots.reference.pilots import GROUP_EN, GROUP_SOURCE, GROUP_ZH
from pilots.reference.routes import DIRECT_NOTE, LUZHOU_NOTE, PILOT_SOURCE, PLANNED_NOTE
from units.matching import Offices, Places, Span
from units.models import Division, Programme, Unit
from units.reference.leading_groups import GroupName, leading_group_office
from units.reference.pinyin import pinyin_key
from units.reference.records import DivisionRecord, NameRecord, OfficeRecord, VersionRecord
from units.reference.senders import XPCC_KEY

NATIONAL = "national"
CORPS_CODES = "6590"
"""How the codes of the cities begin that lie in Xinjiang and report to the Corps (DOMAIN.md)."""


@dataclass(frozen=True, slots=True)
class Way:
    """To whom an office reports. `receiver` is None for the owner of the programme itself."""

    receiver: int | None
    note: str
    source: str


@dataclass
class Senders:
    """The offices and routes of a programme, read once."""

    programme: Programme
    places: Places
    units: dict[int, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.keys = {unit.key for unit in self.units.values()}
        self.by_key = {key: pk for pk, key in self.places.keys.items()}
        self.offices = Offices.load(self.units.values())
        self.english = dict(Division.objects.values_list("pk", "name_en_now"))
        routes = list(Route.objects.filter(programme=self.programme).annotate(place=F("sender__division")))
        self.pilot_routes = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.PILOT}
        self.compilers = {r.sender_id: r.receiver_id for r in routes if r.capacity == Capacity.COMPILER}
        pilots = PilotArea.objects.annotate(places=Count("divisions")).filter(places__gt=1)
        self.shared = set(pilots.order_by().values_list("reporting_unit", flat=True))
        self.compilers_at: dict[int, list[int]] = defaultdict(list)
        for sender in self.compilers:
            self.compilers_at[self.units[sender].division_id].append(sender)

    @property
    def is_national(self) -> bool:
        return self.programme.code == NATIONAL

    def offices_of(self, place: int) -> list[int]:
        """The offices that may report for a place: its compiler, else its leading groups, else any that it has.

        Several are for somebody to choose among. The office of a pilot area of several places is none of theirs.
        """
        if self.compilers_at.get(place):
            return [self._compiler_at(place, "")]
        groups = self._open_at(place, Unit.Kind.LEADING_GROUP)
        return groups if groups or self.is_national else self._open_at(place)

    def _open_at(self, place: int, kind: str = "") -> list[int]:
        found = self.offices.at(place, kind)
        return [pk for pk in found if pk not in self.offices.closed and pk not in self.shared]

    def way(self, office: int | None, place: Span, day: dt.date) -> Way:
        """Where the reports of a new sender go. `office` is None where it stands in the list only."""
        source = PILOT_SOURCE if self.is_national else ""
        if office in self.compilers:
            return Way(self.compilers[office], DIRECT_NOTE, source)
        for pk in [place.pk, *self.places.way_up(place, day)]:
            if self.compilers_at.get(pk):
                inside = self.is_national and self.places.levels[pk] != Division.Level.PROVINCE
                note = PLANNED_NOTE if inside else "" if self.is_national else LUZHOU_NOTE
                return Way(self._compiler_at(pk, place.code), note, source)
        owner = self.programme.owner_id
        return Way(None if office == owner else owner, "" if self.is_national else LUZHOU_NOTE, source)

    def _compiler_at(self, place: int, code: str) -> int:
        """Two report from Xinjiang: the region, and the Corps for its own cities."""
        found = self.compilers_at[place]
        of_corps = code.startswith(CORPS_CODES)
        return next((pk for pk in found if (self.units[pk].key == XPCC_KEY) == of_corps), found[0])

    # -- the office of a place that has none -------------------------------------------------------------------

    def new_office(self, name: str, places: Sequence[Span], day: dt.date) -> OfficeRecord:
        """A leading-group office as the reference data form them; of several places together by the pilot's name."""
        group = GroupName(GROUP_ZH, GROUP_EN, day, GROUP_SOURCE)
        first = places[0]
        if len(places) == 1:
            key = f"lgo-{first.code or self.places.keys[first.pk]}"
            return leading_group_office(key, self._record(first.pk), group, self._by_key)
        above = self.places.on(first.parent or 0, day)
        name_zh = f"{name}{GROUP_ZH}办公室"
        return OfficeRecord(
            key=f"lgo-{above.code if above else ''}-{first.code}",
            kind="leading_group",
            division_key=self.places.keys[above.pk if above else first.pk],
            names=(NameRecord(name_zh, "", None, None, GROUP_SOURCE),),
            source=GROUP_SOURCE,
            confidence="medium",
            sort_key=pinyin_key(name_zh),
        )

    def _by_key(self, key: str) -> DivisionRecord:
        return self._record(self.by_key[key])

    def _record(self, pk: int) -> DivisionRecord:
        """A place of the database in the shape in which the rules of the reference data read it."""
        spans = sorted(self.places.by_pk[pk], key=lambda span: span.start or dt.date.min)
        versions = tuple(
            VersionRecord(
                code=span.code or None,
                name_zh=span.name,
                parent_key=self.places.keys[span.parent] if span.parent else None,
                valid_from=span.start,
                valid_to=span.end,
                source=span.source,
            )
            for span in spans
        )
        level = Division.Level(self.places.levels[pk]).value
        return DivisionRecord(self.places.keys[pk], level, versions, self.english[pk])  # type: ignore[arg-type]
