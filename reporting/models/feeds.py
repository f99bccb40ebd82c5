"""What is due, in people's own calendar programs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from units.keys import PublicKey


class DueScope(models.TextChoices):
    """Whose dues a calendar shows. What a hat may see is decided by accounts.access, whatever is chosen here."""

    OWN = "own", _("what my unit owes")
    RECEIVED = "received", _("what my unit receives")
    ALL = "all", _("everything I may see")


class FeedState(models.TextChoices):
    USABLE = "usable", _("usable")
    ENDED = "ended", _("role ended")
    REVOKED = "revoked", _("revoked")


class CalendarFeed(PublicKey):
    """An address a calendar program asks again and again: one hat, until it is revoked. Only a SHA-256 is kept."""

    hat = models.ForeignKey(Membership, models.PROTECT, related_name="feeds")
    name = models.CharField(_("what it is for"), max_length=80)
    scope = models.CharField(_("shows"), max_length=8, choices=DueScope.choices, default=DueScope.OWN)
    language = models.CharField(max_length=10, blank=True)
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar subscription")
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> FeedState:
        """What hat and account make of it now."""
        if self.revoked_at is not None:
            return FeedState.REVOKED
        is_worn = self.hat.ended_at is None and self.hat.user.is_active
        return FeedState.USABLE if is_worn else FeedState.ENDED

    @property
    def is_usable(self) -> bool:
        return self.state is FeedState.USABLE
