"""What is run: batches of a programme, its pilot areas, and the routes reports travel."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet, condition
from units.keys import PublicKey
from units.models import UNVERIFIED, Division, Listed, Named, Programme, Sourced, Unit, in_language


class Capacity(models.TextChoices):
    """As what a unit owes: one unit can owe as both (Ningbo, Jiangsu)."""

    PILOT = "pilot", _("as pilot area")
    COMPILER = "compiler", _("as compiler")


class Batch(Named, Sourced):
    """One approval of pilots (N1), with what was published about it."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="batches")
    number = models.PositiveSmallIntegerField(_("batch"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    document_title = models.CharField(_("document"), max_length=200, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    reference_day = models.DateField(help_text="The day on which ‘as approved’ is asked of the divisions.")

    class Meta:
        ordering: ClassVar = ["programme_id", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "number"], name="batch_one_per_number")]

    def __str__(self) -> str:
        return self.name


class BatchTotal(Sourced):
    """A count as published: 62 cities and towns, 2 provinces, … `is_whole` rows add up to the batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="totals")
    category = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    as_of = models.CharField(max_length=10, blank=True)
    is_whole = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["batch_id", "-is_whole", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "category"], name="batch_total_one_per_category")
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.category} {self.count}"


class MilestoneKind(models.TextChoices):
    START = "start", _("pilot begins")
    INTERIM = "interim", _("interim results")
    ROLLOUT = "rollout", _("roll-out of what worked")


class Milestone(models.Model):
    """A date of the whole batch (N3), or of one pilot, which then overrides the batch's (requirements, C.4)."""

    batch = models.ForeignKey(Batch, models.CASCADE, null=True, blank=True, related_name="milestones")
    pilot_area = models.ForeignKey("PilotArea", models.CASCADE, null=True, blank=True, related_name="own_milestones")
    kind = models.CharField(max_length=10, choices=MilestoneKind.choices)
    due_on = models.DateField(_("by"))
    wording_zh = models.CharField(max_length=200)
    wording_en = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(batch__isnull=True) ^ models.Q(pilot_area__isnull=True),
                name="milestone_of_batch_or_pilot",
            ),
            models.UniqueConstraint(
                fields=["batch", "pilot_area", "kind"], nulls_distinct=False, name="milestone_one_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.wording

    @property
    def wording(self) -> str:
        return in_language(self.wording_zh, self.wording_en)


class Region(models.TextChoices):
    EAST = "east", _("east")
    MIDDLE = "middle", _("middle")
    WEST = "west", _("west")
    NORTHEAST = "northeast", _("north-east")


LONGEST_WAY = 4
"""Receivers above a sender that are asked about: of a town its county, its city, its province, the nation."""
KEPT_BY_ROUTE = AccessPaths(programme="programme", unit="reporting_unit", receiver="receiver_now", chain="chain_now")
"""Where a pilot area keeps what access needs for acts that go along today's route (its contacts)."""


def way_up(sender: str, *capacities: str) -> dict[str, Any]:
    """`receiver_now`, who receives from the unit at the path `sender` today, and `chain_now`, everybody above it.

    Expressions for rows that have a `programme`: only routes of that same programme count. Where the unit sends in
    several capacities, the first one named gives its receiver; from there on one compiles for the next.
    """
    routes = Route.objects.filter(programme=models.OuterRef("programme"))
    order = models.Case(*(models.When(capacity=c, then=n) for n, c in enumerate(capacities)), default=len(capacities))
    first = routes.filter(sender=models.OuterRef(sender), capacity__in=capacities).order_by(order)
    steps: dict[str, Any] = {"receiver_now": models.Subquery(first.values("receiver")[:1])}
    for number in range(1, LONGEST_WAY):
        above = routes.filter(sender=models.OuterRef([*steps][-1]), capacity=Capacity.COMPILER)
        steps[f"above_{number}"] = models.Subquery(above.values("receiver")[:1])
    units = ArrayField(models.BigIntegerField())
    steps["chain_now"] = models.Func(
        *steps, function="ARRAY", template="%(function)s[%(expressions)s]", output_field=units
    )
    return steps


class PilotAreaQuerySet(ScopedQuerySet["PilotArea"]):
    def shown(self) -> PilotAreaQuerySet:
        """Without what nobody could verify."""
        return self.exclude(UNVERIFIED)

    def for_lists(self) -> PilotAreaQuerySet:
        return self.select_related("batch", "province", "reporting_unit", "programme", "selected_by")

    def with_route(self) -> PilotAreaQuerySet:
        """With `receiver_now`: the unit (id) that receives from the pilot area today; `chain_now` can be asked for."""
        way = way_up("reporting_unit", Capacity.PILOT)
        return self.annotate(receiver_now=way.pop("receiver_now")).alias(**way)

    def way_of(self, pilot: PilotArea) -> list[int]:
        """The units (ids) that stand above the pilot area on today's route, its receiver first; empty without one."""
        rows = self.filter(pk=pilot.pk).annotate(**way_up("reporting_unit", Capacity.PILOT))
        units: list[int | None] = rows.get().chain_now  # type: ignore[attr-defined]
        return [unit for unit in units if unit is not None]

    def kept_by(self, actor: Actor, action: str) -> PilotAreaQuerySet:
        """Pilot areas in reach of an act that goes along the route (contacts.edit, contacts.reveal)."""
        return self.with_route().filter(condition(KEPT_BY_ROUTE, actor, action))


class PilotArea(PublicKey, Sourced, Listed):
    """An approved pilot: one reporting unit, one or more divisions. Category is as published; region its own field."""

    key = models.CharField(max_length=120, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="pilot_areas")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="pilot_areas")
    official_seq = models.PositiveSmallIntegerField(null=True, blank=True)
    name_as_published = models.CharField(_("name as published"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    category = models.CharField(_("category as published"), max_length=40, blank=True)
    region = models.CharField(_("region"), max_length=10, choices=Region.choices, blank=True)
    province = models.ForeignKey(Division, models.PROTECT, related_name="+")
    divisions = models.ManyToManyField(Division, related_name="pilot_areas")
    reporting_unit = models.ForeignKey(Unit, models.PROTECT, related_name="pilot_areas")
    selected_by = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="selected_pilot_areas")
    beyond_limit_reason = models.TextField(_("reason for going beyond the limit"), blank=True)
    note = models.TextField(_("note"), blank=True)
    is_fictitious = models.BooleanField(default=False)
    sort_key = models.CharField(max_length=300, db_index=True)

    objects: ClassVar = PilotAreaQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="reporting_unit")

    class Meta:
        verbose_name = _("pilot area")
        verbose_name_plural = _("pilot areas")
        ordering: ClassVar = ["batch__number", "sort_key", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "name_as_published"],
                name="pilot_once_per_programme",
                violation_error_message=_("This pilot area is already on the list."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_as_published, self.name_en)


class SelectionLimit(models.Model):
    """How many towns an office may choose (L11). Going beyond warns and asks for a reason; it never stops."""

    class ChosenBy(models.TextChoices):
        CITY = "city", _("by the city")
        COUNTY = "county", _("by each county")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="selection_limits")
    chosen_by = models.CharField(max_length=6, choices=ChosenBy.choices)
    minimum = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField()
    clause = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "chosen_by"], name="selection_limit_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_chosen_by_display()} {self.minimum}–{self.maximum}"


class Route(models.Model):
    """Who sends to whom (N13, N14, L9): data, so that nothing in the code says ‘province’."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="routes")
    sender = models.ForeignKey(Unit, models.PROTECT, related_name="routes_up")
    receiver = models.ForeignKey(Unit, models.PROTECT, related_name="routes_down")
    capacity = models.CharField(max_length=8, choices=Capacity.choices)
    note = models.CharField(max_length=300, blank=True)
    source = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["programme_id", "sender__sort_key", "capacity"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "sender", "capacity"],
                name="route_one_receiver",
                violation_error_message=_("A unit sends to one receiver in each capacity."),
            ),
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("receiver")),
                name="route_not_to_itself",
                violation_error_message=_("A unit cannot report to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver} ({self.get_capacity_display()})"


class ReviewingDepartment(models.Model):
    """A department that reviewed the pilots together with the owner of the programme (N1) and receives copies (N15)."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="reviewing_departments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["programme_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "unit"], name="reviewing_department_once")
        ]

    def __str__(self) -> str:
        return str(self.unit)
