"""People, the offices they work for, and what they may do there."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedText
from accounts.personal import masked_phone
from units.keys import PublicKey
from units.models import Programme, Unit


class Role(models.TextChoices):
    DRAFTER = "drafter", _("drafter")
    LEAD = "lead", _("lead")
    REVIEWER = "reviewer", _("reviewer")
    VIEWER = "viewer", _("viewer")
    CLERK = "clerk", _("department clerk")
    UNIT_ADMIN = "unit_admin", _("unit administrator")
    AUDITOR = "auditor", _("auditor")
    SYSTEM_ADMIN = "system_admin", _("system administrator")


EXCLUSIVE_ROLES = (Role.UNIT_ADMIN, Role.AUDITOR, Role.SYSTEM_ADMIN)
"""Whoever administers or audits does not also write or decide (separation of duties, GB/T 22239 8.1.4.2)."""


class Scope(models.TextChoices):
    """What an API token may be given. A token never goes beyond the hat it belongs to."""

    READ = "read", _("read")
    REPORTS = "reports", _("write and submit reports")
    SIGN = "sign", _("sign reports")
    REVIEW = "review", _("receive, return and accept reports; open periods")
    CONTACTS = "contacts", _("keep contacts and leading groups")
    PHONES = "phones", _("read phone numbers in full")
    PEOPLE = "people", _("manage the people of a unit")
    IMPORTS = "imports", _("import lists")
    WEBHOOKS = "webhooks", _("manage webhooks")
    DEADLINES = "deadlines", _("set dates and reminders, decide on extensions, chase")
    FIGURES = "figures", _("give figures, set targets, keep indicators and documents")
    PLANS = "plans", _("keep plans and tasks, say how far they are")


class MailRhythm(models.TextChoices):
    """How what the portal tells a person reaches them by mail; notices in the portal always come at once."""

    AT_ONCE = "at_once", _("a mail at once for each notice")
    DAILY = "daily", _("one mail a day with everything")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(PublicKey, AbstractBaseUser):
    """A person. What they may do is said by their memberships only; there is no superuser."""

    email = models.EmailField(
        _("mail address"),
        max_length=200,
        unique=True,
        error_messages={"unique": _("Somebody with this mail address is already registered.")},
    )
    name = models.CharField(_("name"), max_length=80)
    phone = EncryptedText(_("phone"), max_length=40, blank=True, default="")
    language = models.CharField(_("language"), max_length=10, blank=True)
    mail_rhythm = models.CharField(_("mail"), max_length=8, choices=MailRhythm.choices, default=MailRhythm.DAILY)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0, help_text="The optimistic lock of edits: phone, state.")
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_mail_address_in_lower_case",
                violation_error_message=_("Write the mail address in lower case."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        """Shown instead of the number: the first three and last two digits."""
        return masked_phone(self.phone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(ended_at__isnull=True, user__is_active=True)

    def holding(self, *roles: str) -> MembershipQuerySet:
        return self.filter(role__in=roles)


class Membership(PublicKey):
    """A person × office × programme × role: one hat. Ended, never deleted. No programme: administrators."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    line = models.GeneratedField(
        expression=models.Case(
            models.When(role__in=[r.value for r in EXCLUSIVE_ROLES], then=models.F("role")),
            default=models.Value("ordinary"),
        ),
        output_field=models.CharField(max_length=16),
        db_persist=True,
    )

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering: ClassVar = ["unit__sort_key", "programme_id", "role", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "unit", "programme", "role"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="membership_once",
                violation_error_message=_("This person already has this role here."),
            ),
            ExclusionConstraint(
                name="membership_exclusive_roles",
                expressions=[("user", RangeOperators.EQUAL), ("line", RangeOperators.NOT_EQUAL)],
                condition=models.Q(ended_at__isnull=True),
                violation_error_message=_(
                    "Administrators and auditors hold no other kind of role. End the other role first."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.SYSTEM_ADMIN) | models.Q(programme__isnull=False),
                name="membership_has_programme",
                violation_error_message=_("Choose the programme this role is for."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"


class SoloExemption(models.Model):
    """A unit of one person may sign what that person wrote; granted with a reason, logged, and ended openly."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="solo_exemptions")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "programme"],
                condition=models.Q(ended_at__isnull=True),
                name="solo_exemption_once",
                violation_error_message=_("This unit already has the exemption."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.reason}"


class TokenState(models.TextChoices):
    USABLE = "usable", _("usable")
    EXPIRED = "expired", _("expired")
    ENDED = "ended", _("role ended")
    REVOKED = "revoked", _("revoked")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, at: dt.datetime) -> ApiTokenQuerySet:
        """Neither revoked nor expired, and the hat it belongs to is still worn by somebody active."""
        return self.in_state(TokenState.USABLE, at)

    def in_state(self, state: str, at: dt.datetime) -> ApiTokenQuerySet:
        """The rows whose `state` is this one, at an instant."""
        worn = models.Q(hat__ended_at__isnull=True, hat__user__is_active=True)
        return {
            TokenState.REVOKED: self.filter(revoked_at__isnull=False),
            TokenState.ENDED: self.filter(~worn, revoked_at__isnull=True),
            TokenState.EXPIRED: self.filter(worn, revoked_at__isnull=True, expires_at__lte=at),
            TokenState.USABLE: self.filter(worn, revoked_at__isnull=True, expires_at__gt=at),
        }[TokenState(state)]


class ApiToken(PublicKey):
    """What a system of an office shows instead of a password: one hat, within scopes, until a day.

    Shown once, when it is made; only its SHA-256 is kept. `prefix` finds it and names it in lists and logs.
    """

    hat = models.ForeignKey(Membership, models.PROTECT, related_name="tokens")
    name = models.CharField(_("what it is for"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices), verbose_name=_("scopes"))
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    expiry_told_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told that it expires.")

    objects: ClassVar = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(scopes=[]),
                name="api_token_has_scope",
                violation_error_message=_("Choose at least one scope."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> TokenState:
        """What time, hat and account make of it now; `ApiTokenQuerySet.in_state` says the same of rows."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        if self.hat.ended_at is not None or not self.hat.user.is_active:
            return TokenState.ENDED
        return TokenState.EXPIRED if self.expires_at <= timezone.now() else TokenState.USABLE

    @property
    def is_usable(self) -> bool:
        return self.state is TokenState.USABLE

    @property
    def scope_labels(self) -> list[str]:
        return [str(scope.label) for scope in Scope if scope.value in self.scopes]
