"""Records kept beside the tasks: the three links, the special fund, who bears what cost (L6), key projects (L7), powers
delegated to towns and division changes sought (L8); the land-use red lines (N6).

Amounts are in ten thousand yuan (万元). Nothing here is ever deleted: a row is changed (with an event) or withdrawn.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from pilots.models import Clause
from plans.models.plans import Plan
from units.keys import PublicKey
from units.models import Named, Programme, Sourced


class LedgerQuerySet(ScopedQuerySet["Entry"]):
    def current(self) -> LedgerQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class Entry(PublicKey):
    """What the rows of all these records have in common. `version` is the optimistic lock."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.TextField(_("source"), blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True)
    key = models.SlugField(
        max_length=60, null=True, blank=True, unique=True, help_text="The row of the reference data it came from."
    )
    is_demo = models.BooleanField(default=False)

    objects: ClassVar = LedgerQuerySet.as_manager()
    ACCESS = AccessPaths(programme="plan__programme", unit="plan__unit", receiver="plan__receiver", chain="plan__chain")

    class Meta:
        abstract = True
        ordering: ClassVar = ["plan_id", "position", "id"]


class LinkKind(models.TextChoices):
    """What is tied to how many rural migrants a place takes in (三挂钩)."""

    TRANSFERS = "transfers", _("fiscal transfers")
    FACILITIES = "facilities", _("infrastructure and public facilities")
    LAND = "land", _("additional construction land")


class ThreeLink(Entry):
    """One rule that ties transfers, facilities or land to the rural migrants taken in."""

    kind = models.CharField(_("tied"), max_length=10, choices=LinkKind.choices)
    rule = models.TextField(_("rule"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    migrants = models.DecimalField(
        _("migrants taken in (10,000)"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=4, null=True, blank=True)
    amount_unit = models.CharField(_("unit of the amount"), max_length=20, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("three links")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.rule}"


class FundEntry(Entry):
    """The special fund for settling rural migrants: one source of its money in a year, and what it is used for.

    A text that sets the fund up names neither year nor source; a row with an amount has both (plans/ledgers.py).
    """

    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    origin = models.CharField(_("where the money comes from"), max_length=120, blank=True)
    purpose = models.CharField(_("used for"), max_length=200, blank=True)
    planned = models.DecimalField(_("planned (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True)
    raised = models.DecimalField(_("raised (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True)
    spent = models.DecimalField(_("spent (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("special fund")

    def __str__(self) -> str:
        return " · ".join(str(part) for part in (self.year, self.origin or self.purpose) if part)


class Party(models.TextChoices):
    GOVERNMENT = "government", pgettext_lazy("who bears", "government")
    SOCIETY = "society", _("society and enterprises")
    MIGRANT = "migrant", _("rural migrants themselves")


class CostShare(Entry):
    """One cost of turning rural migrants into townspeople: who bears it, and how much each (the three-party table)."""

    item = models.CharField(_("cost"), max_length=200)
    party = models.CharField(_("borne mainly by"), max_length=10, choices=Party.choices)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    government = models.DecimalField(
        _("government (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    society = models.DecimalField(
        _("society and enterprises (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    migrant = models.DecimalField(
        _("rural migrants themselves (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )

    class Meta(Entry.Meta):
        verbose_name = _("who bears what cost")

    def __str__(self) -> str:
        return self.item


class ProjectState(models.TextChoices):
    PLANNED = "planned", _("planned")
    PREPARING = "preparing", _("being prepared")
    BUILDING = "building", _("under construction")
    COMPLETED = "completed", _("completed")
    STOPPED = "stopped", _("stopped")
    NOT_SAID = "not_said", _("not on record")


class KeyProject(Entry):
    """A key project: who runs it, what it costs, how it is paid, its next node (L7)."""

    name = models.CharField(_("project"), max_length=200)
    owner = models.CharField(_("run by"), max_length=120, blank=True)
    investment = models.DecimalField(
        _("investment (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    invested = models.DecimalField(
        _("of it spent (10,000 yuan)"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    funding = models.CharField(_("how it is paid"), max_length=200, blank=True)
    state = models.CharField(_("stage"), max_length=10, choices=ProjectState.choices, default="not_said")
    node = models.CharField(_("next node"), max_length=200, blank=True)
    node_on = models.DateField(_("by"), null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("key project")

    def __str__(self) -> str:
        return self.name


class PowerState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("power", "proposed")
    DELEGATED = "delegated", _("delegated")
    TAKEN_BACK = "taken_back", _("taken back")
    NOT_SAID = "not_said", _("not on record")


class DelegatedPower(Entry):
    """A power of the county handed to a pilot town (L8)."""

    town = models.CharField(_("town"), max_length=120, blank=True)
    area = models.CharField(_("field"), max_length=120)
    power = models.CharField(_("power"), max_length=300)
    giver = models.CharField(_("handed over by"), max_length=120, blank=True)
    basis = models.CharField(_("by which document"), max_length=200, blank=True)
    state = models.CharField(_("stage"), max_length=10, choices=PowerState.choices, default="not_said")
    since = models.DateField(pgettext_lazy("power", "since"), null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("power delegated to towns")

    def __str__(self) -> str:
        return self.power


class DivisionChangeState(models.TextChoices):
    STUDIED = "studied", _("being studied")
    APPLIED = "applied", _("applied for")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    NOT_SAID = "not_said", _("not on record")


class DivisionChange(Entry):
    """A change of administrative divisions that is sought (L8); what was decided is entered by an import of them."""

    place = models.CharField(_("place"), max_length=120)
    sought = models.CharField(_("change sought"), max_length=200)
    state = models.CharField(_("stage"), max_length=8, choices=DivisionChangeState.choices, default="not_said")
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    approval = models.CharField(_("approved by which document"), max_length=200, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("division change sought")

    def __str__(self) -> str:
        return f"{self.place}：{self.sought}"


class RedLine(PublicKey, Named, Sourced):
    """A land-use red line of a programme (N6), declared item by item in every report of a pilot area."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="red_lines")
    code = models.SlugField(max_length=40)
    position = models.PositiveSmallIntegerField(default=0)
    ended_on = models.DateField(null=True, blank=True, help_text="Not asked any more from this day.")

    class Meta:
        verbose_name = _("land-use red line")
        ordering: ClassVar = ["programme_id", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="red_line_once")]

    def __str__(self) -> str:
        return self.name
