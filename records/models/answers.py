"""What the API has answered to writes that carried an Idempotency-Key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.fields import EncryptedText
from accounts.models import Membership


class StoredAnswer(models.Model):
    """One answer, given again to whoever asks again with the same key under the same hat; kept for a day.

    Its row is claimed in the transaction of the write itself, so a write that was not answered left nothing.
    The body is encrypted: it may hold what is shown only once.
    """

    hat = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of method, path, If-Match and body.")
    http_status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = EncryptedText(max_length=None, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hat", "key"], name="stored_answer_once")]

    def __str__(self) -> str:
        return f"{self.hat_id} {self.key}"
