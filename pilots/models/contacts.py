"""Who answers for a pilot area: its contacts (N24) and its leading group (N8, L9), with everybody who ever did."""

from __future__ import annotations

import json
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet, condition
from accounts.fields import EncryptedText
from accounts.models import User
from accounts.personal import masked_phone
from pilots.models.areas import Capacity, PilotArea, way_up
from units.keys import PublicKey
from units.models import Programme, Unit, in_language

KEPT_BY_ROUTE = AccessPaths(programme="programme", unit="unit", receiver="receiver_now", chain="chain_now")
"""Where a leading group keeps what access needs, once `with_route` has asked the routes of its programme."""


class ContactForm(models.Model):
    """What is asked about a contact. The notice's annex 3 was not published, so the fields are data, by version."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="contact_forms")
    number = models.PositiveSmallIntegerField(default=1)
    source = models.TextField(blank=True, help_text="Whose fields these are.")

    class Meta:
        ordering: ClassVar = ["programme_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="contact_form_one_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class ContactField(models.Model):
    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        PHONE = "phone", _("phone")
        MAIL = "mail", _("mail address")

    form = models.ForeignKey(ContactForm, models.CASCADE, related_name="fields")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TEXT)
    is_required = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["form_id", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "code"], name="contact_field_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_zh, self.title_en)


class ContactKind(models.TextChoices):
    """The two people the notice asks each pilot area for (N24)."""

    RESPONSIBLE = "responsible", _("responsible person")
    LIAISON = "liaison", _("liaison")


class ContactQuerySet(ScopedQuerySet["Contact"]):
    def current(self) -> ContactQuerySet:
        return self.filter(until__isnull=True)


class Contact(PublicKey):
    """One person as contact of a pilot area in a span of time. Never changed: a change ends it and begins the next.

    `values` holds the form's open fields by code, `phones` its phone fields as encrypted JSON; `filled` names the
    fields that say something, of both, so that gaps can be asked for without decrypting anything.
    """

    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="contacts")
    kind = models.CharField(_("contact"), max_length=12, choices=ContactKind.choices)
    form = models.ForeignKey(ContactForm, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    values = models.JSONField(default=dict)
    phones = EncryptedText(max_length=None, blank=True, default="")
    filled = ArrayField(models.CharField(max_length=30), default=list)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text="The first day they no longer were.")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    ACCESS = AccessPaths(programme="pilot_area__programme", unit="pilot_area__reporting_unit")
    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        ordering: ClassVar = ["pilot_area_id", "kind", "-recorded_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["recorded_at"], name="contact_recorded_at")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pilot_area", "kind"],
                condition=models.Q(until__isnull=True),
                name="contact_one_at_a_time",
                violation_error_message=_("Somebody has just recorded another person for this. Reload the page."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="contact_ends_after_it_began",
                violation_error_message=_("A person cannot end before they began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_area} · {self.get_kind_display()} · {self.name}"

    @property
    def numbers(self) -> dict[str, str]:
        """The phone numbers in full, by field. Only for whoever has had the look written down, and for masking."""
        return json.loads(self.phones) if self.phones else {}

    @property
    def masked(self) -> dict[str, str]:
        """The phone numbers as they are shown, by field."""
        return {code: masked_phone(number) for code, number in self.numbers.items()}


class LeadingGroupQuerySet(ScopedQuerySet["LeadingGroup"]):
    def with_route(self) -> LeadingGroupQuerySet:
        """With `receiver_now`: who receives from the office today, by the routes of the group's own programme."""
        way = way_up("unit", Capacity.PILOT, Capacity.COMPILER)
        return self.annotate(receiver_now=way.pop("receiver_now")).alias(**way)

    def kept_by(self, actor: Actor, action: str) -> LeadingGroupQuerySet:
        """Groups in reach of an act that goes along the route (contacts.edit, contacts.reveal)."""
        return self.with_route().filter(condition(KEPT_BY_ROUTE, actor, action))


class LeadingGroup(PublicKey):
    """The leading group of an office in a programme (N8, L9). `version` is the optimistic lock of edits."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="leading_groups")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="leading_groups")
    name = models.CharField(_("name"), max_length=200)
    document_number = models.CharField(_("founding document"), max_length=100, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Grows with every change of facts and members.")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_demo = models.BooleanField(default=False)

    ACCESS = AccessPaths(programme="programme", unit="unit")
    objects: ClassVar = LeadingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("leading group")
        ordering: ClassVar = ["unit__sort_key", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "unit"],
                name="leading_group_once",
                violation_error_message=_("This office already has a leading group on record."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupRank(models.TextChoices):
    """The three tiers of N8: the principal leader, those in charge of a part, the departments that carry it out."""

    HEAD = "head", _("head")
    DEPUTY = "deputy", _("deputy head")
    MEMBER = "member", _("member")


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def current(self) -> GroupMemberQuerySet:
        return self.filter(until__isnull=True)


class GroupMember(PublicKey):
    """One person in a leading group in a span of time; ended, never changed."""

    group = models.ForeignKey(LeadingGroup, models.PROTECT, related_name="members")
    rank = models.CharField(_("tier"), max_length=6, choices=GroupRank.choices)
    name = models.CharField(_("name"), max_length=80)
    post = models.CharField(_("post"), max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True, help_text="The first day they no longer were.")
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = GroupMemberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["group_id", "rank", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group"],
                condition=models.Q(rank="head", until__isnull=True),
                name="leading_group_one_head",
                violation_error_message=_("A leading group has one head. End the present one first."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="group_member_ends_after_it_began",
                violation_error_message=_("A person cannot end before they began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_rank_display()}"
