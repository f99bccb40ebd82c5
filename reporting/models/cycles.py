"""The forms of reports, rounds of reporting, and who owes what in them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from pilots.models import Capacity, ContactForm, PilotArea
from units.calendar import calendars, today
from units.keys import PublicKey
from units.models import Programme, Unit, in_language


class TemplatePurpose(models.TextChoices):
    REPORT = "report", _("report")
    CONTACTS = "contacts", _("contacts")


class Template(models.Model):
    """The form of a report: its sections are rows (N12), so another programme can ask differently.

    What goes with a sheet of contacts (N24) has a template of its own.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="templates")
    purpose = models.CharField(max_length=8, choices=TemplatePurpose.choices, default=TemplatePurpose.REPORT)
    number = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "purpose", "number"], name="template_one_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class TemplateSection(models.Model):
    template = models.ForeignKey(Template, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    guidance_zh = models.TextField(blank=True)
    guidance_en = models.TextField(blank=True)
    is_compulsory = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["template_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "code"], name="template_section_once"),
            models.UniqueConstraint(fields=["template", "position"], name="template_position_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_zh, self.title_en)

    @property
    def guidance(self) -> str:
        return in_language(self.guidance_zh, self.guidance_en)


class CycleKind(models.TextChoices):
    MID_YEAR = "mid_year", _("mid-year")
    YEAR_END = "year_end", _("year-end")
    CONTACTS = "contacts", _("contacts")


REPORT_KINDS = (
    (CycleKind.MID_YEAR.value, CycleKind.MID_YEAR.label),
    (CycleKind.YEAR_END.value, CycleKind.YEAR_END.label),
)
"""The periods of reports. Contacts are asked for by rounds of their own kind (N24)."""


class Occasion(models.TextChoices):
    """Why contacts are sent: everybody was asked, or somebody who had sent them changed one."""

    ROUND = "round", _("round")
    CHANGES = "changes", _("changes")


class Cycle(PublicKey):
    """One round of reporting of a programme (N13). Whether it is open is told by its dates, on read.

    A round of contacts (N24) is a cycle of its own kind: compilers alone owe in it, by `compilers_due_on`.
    A year can have several; `number` tells them apart. Those of `occasion` changes are made by the portal when
    contacts change that were sent already; each due in them has its own day, and the cycle's is the latest.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="cycles")
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("period"), max_length=10, choices=CycleKind.choices)
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion.choices, default=Occasion.ROUND)
    template = models.ForeignKey(Template, models.PROTECT, related_name="+")
    contact_form = models.ForeignKey(ContactForm, models.PROTECT, null=True, blank=True, related_name="+")
    opens_on = models.DateField(_("opens on"))
    pilots_due_on = models.DateField(_("pilot areas report by"))
    compilers_due_on = models.DateField(_("compilers report by"))
    date_source = models.TextField(blank=True, help_text="Whose dates these are; the notices give none.")
    by_rule = models.BooleanField(default=False, help_text="Its dates follow the rules and move with them.")
    hurry_reason = models.TextField(
        _("why so little time"), blank=True, help_text="Shown to the senders when they get less than the least time."
    )
    burden_hours = models.DecimalField(
        _("estimated hours for one report"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    is_demo = models.BooleanField(default=False)

    ACCESS = AccessPaths(programme="programme")
    objects: ClassVar = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cycle")
        ordering: ClassVar = ["-year", "-kind", "-number", "programme_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "year", "kind", "number"],
                name="cycle_once",
                violation_error_message=_("This cycle already exists."),
            ),
            models.CheckConstraint(
                condition=models.Q(opens_on__lt=models.F("pilots_due_on"))
                & models.Q(pilots_due_on__lte=models.F("compilers_due_on")),
                name="cycle_dates_in_order",
                violation_error_message=_("A cycle opens first, then pilot areas report, then compilers."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="contacts", contact_form__isnull=False)
                | (~models.Q(kind="contacts") & models.Q(contact_form__isnull=True, number=1, occasion="round")),
                name="cycle_of_contacts_has_form",
                violation_error_message=_("A round of contacts names the form it asks by, and nothing else does."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        words = {"year": self.year, "kind": self.get_kind_display(), "number": self.number}
        if self.occasion == Occasion.CHANGES:
            return _("%(year)d changed %(kind)s (no. %(number)d)") % words
        if self.number > 1:
            return _("%(year)d %(kind)s (no. %(number)d)") % words
        return _("%(year)d %(kind)s") % words

    @property
    def code(self) -> str:
        letter = {CycleKind.MID_YEAR: "A", CycleKind.YEAR_END: "B"}.get(CycleKind(self.kind), f"C{self.number}")
        return f"{self.programme.prefix}{self.year}{letter}"

    @property
    def is_of_contacts(self) -> bool:
        return self.kind == CycleKind.CONTACTS


class CycleSource(models.Model):
    """A unit's report in `cycle` is compiled from what it received in `source` (Luzhou: from its own programme)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="sources")
    source = models.ForeignKey(Cycle, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cycle", "source", "unit"], name="cycle_source_once")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.source} → {self.cycle}"


class Due(PublicKey):
    """Who owes what to whom by when. Receiver and the chain above it are frozen here when the due is made."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="dues")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="dues")
    capacity = models.CharField(max_length=8, choices=Capacity.choices)
    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, null=True, blank=True, related_name="dues")
    receiver = models.ForeignKey(Unit, models.PROTECT, related_name="dues_to_receive")
    chain = ArrayField(models.BigIntegerField(), help_text="Units above the sender, the receiver first.")
    first_due_on = models.DateField()
    due_on = models.DateField(_("due on"))
    due_time = models.TimeField(null=True, blank=True, help_text="Office time; the whole day where there is none.")
    due_end = models.DateTimeField(help_text="The first instant that is late.")
    dated_at = models.DateTimeField(default=timezone.now, help_text="When the present date was given.")
    exempted_at = models.DateTimeField(null=True, blank=True)
    exempted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    exempt_reason = models.TextField(blank=True)

    objects: ClassVar = ScopedQuerySet.as_manager()
    ACCESS = AccessPaths(programme="cycle__programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        verbose_name = _("report due")
        ordering: ClassVar = ["due_end", "id"]
        indexes: ClassVar = [
            GinIndex(fields=["chain"], name="due_chain"),
            models.Index(fields=["unit", "due_end"], name="due_of_unit"),
            models.Index(fields=["receiver", "cycle"], name="due_of_receiver"),
            models.Index(fields=["due_on"], name="due_by_day"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "capacity", "pilot_area"],
                nulls_distinct=False,
                name="due_once",
                violation_error_message=_("This unit already owes this report."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.cycle}"

    @property
    def is_exempt(self) -> bool:
        return self.exempted_at is not None

    @property
    def is_today(self) -> bool:
        """Whether the due date is today. On a day off no working day is left before it either."""
        return self.due_on == today()

    @property
    def days_left(self) -> int:
        """Working days until the due date by the sender's calendar; negative when it has passed."""
        return calendars().of(self.unit_id).working_days(today(), self.due_on)
