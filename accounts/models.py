"""People, the offices they work for, and what they may do there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedText
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
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False)
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
        phone = self.phone
        return f"{phone[:3]}****{phone[-2:]}" if len(phone) > 6 else "****" if phone else ""


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
