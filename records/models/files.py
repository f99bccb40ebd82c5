"""Files people bring: one row for each, linked from subjects by foreign keys (ARCHITECTURE, “Files”)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import User
from units.keys import PublicKey
from units.models import Programme, Unit


class FileKind(models.TextChoices):
    """What a file is by its content, whatever its name says."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    PNG = "png", "PNG"
    JPEG = "jpeg", "JPEG"


class StoredFile(PublicKey):
    """The bytes lie under MEDIA_ROOT by their hash (`records.files`); a file never changes.

    Who may read it is decided by the subject that links to it, never by the file: there is no page of all files.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="The office that brought it.")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, help_text="As it was called when it was brought.")
    kind = models.CharField(max_length=4, choices=FileKind.choices)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64, db_index=True)
    stored_at = models.DateTimeField(default=timezone.now)
    stored_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-stored_at", "-id"]

    def __str__(self) -> str:
        return self.name
