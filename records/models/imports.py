"""Lists brought in: what was found in them, what they would do, what they did, and until when it can go back.

The rows of a list may hold names and telephone numbers: they are encrypted, and cleared after `kept_until`.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet
from accounts.fields import EncryptedText
from accounts.models import User
from portal.errors import type_text
from records.importing.kinds import kind_named, kinds_for
from records.subjects import Subject
from units.keys import PublicKey
from units.models import Programme, Unit

KEPT = dt.timedelta(days=7)
"""How long the rows of a list stay readable after it was last checked or stored; the counts stay for good."""
CLEARED: dict[str, Any] = {"rows": None, "answers": None, "outcome": None, "headings": [], "mapping": {}}
"""What is left of what stood in a list once it is cleared."""


if TYPE_CHECKING:
    # To a reader the column is JSON.
    Json = models.JSONField[Any, Any]
else:
    Json = EncryptedText


class EncryptedJson(Json):
    """JSON that is encrypted in the database; None where nothing is kept (any more)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": None, "blank": True, "default": None, **kwargs})

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value("" if value is None else json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        text = super().to_python(value)
        return json.loads(text) if text else None

    def to_python(self, value: Any) -> Any:
        return value


class ImportStatus(models.TextChoices):
    CHECKED = "checked", _("checked, not stored")
    STORED = "stored", _("stored")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")


class ImportRunQuerySet(ScopedQuerySet["ImportRun"]):
    def visible_to(self, actor: Actor, action: str) -> Self:
        """Those in reach, of the kinds this person may bring in: a list of people is not for every colleague."""
        return super().visible_to(actor, action).filter(kind__in=[kind.code for kind in kinds_for(actor)])

    def for_lists(self) -> Self:
        """Without the contents, which may be long."""
        return self.select_related("unit", "programme", "started_by").defer("rows", "outcome", "answers")


class ImportRun(PublicKey):
    """One list brought in by one person under one hat; `unit` and `programme` are the hat's.

    `rows`: list of [number in the file, cells, numbers of the columns that hold a formula].
    `answers`: list of [row, column name, chosen value]. `outcome`: see `records.importing.checking.Outcome`.
    `mapping`: column name → heading. `outcome_hash` fingerprints what was shown, in `language`.
    """

    kind = models.CharField(max_length=40)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(_("file"), max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file_format = models.CharField(max_length=8)
    encoding = models.CharField(max_length=20, blank=True)
    sheet = models.CharField(max_length=200, blank=True)
    sheets = models.JSONField(default=list, blank=True)
    heading_row = models.PositiveIntegerField()
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    rows = EncryptedJson()
    answers = EncryptedJson()
    outcome = EncryptedJson()
    outcome_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10)
    counts = models.JSONField(default=dict, help_text="rows, new, changed, same, faults, remarks")
    status = models.CharField(max_length=12, choices=ImportStatus.choices, default=ImportStatus.CHECKED)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True, blank=True)
    undo_until = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ImportRunQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit")

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-created_at"], name="import_of_unit"),
            models.Index(fields=["kept_until"], condition=models.Q(cleared_at__isnull=True), name="import_to_clear"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def kind_label(self) -> type_text:
        kind = kind_named(self.kind)
        return kind.label if kind else self.kind

    @property
    def is_clean(self) -> bool:
        """Every row can be stored, and there is at least one."""
        return not self.counts.get("faults") and bool(self.counts.get("rows"))

    @property
    def is_readable(self) -> bool:
        """Its rows are still kept."""
        return self.cleared_at is None

    @property
    def may_go_back(self) -> bool:
        return self.is_readable and self.undo_until is not None and self.undo_until > timezone.now()

    def as_subject(self, *, internal: bool = False) -> Subject:
        return Subject("import", self.uid, self.file_name, programme=self.programme, unit=self.unit)


class ImportedObject(models.Model):
    """A row of the database an import made (`before` is None) or changed, in the order it was done.

    `before`: field → value as text, of what the import changed. `after`: the same of what the import left; of a
    row it made, every field.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="imported")
    number = models.PositiveIntegerField()
    row = models.PositiveIntegerField()
    model = models.CharField(max_length=100)
    object_pk = models.BigIntegerField()
    label = models.CharField(max_length=300)
    before = EncryptedJson()
    after = EncryptedJson()

    class Meta:
        ordering: ClassVar = ["run_id", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="imported_object_once")]

    def __str__(self) -> str:
        return f"{self.row} {self.model} {self.object_pk}"


class ColumnMapping(models.Model):
    """How an office's own headings were understood, for the next list with the same headings."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the headings.")
    mapping = models.JSONField()
    updated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "kind", "fingerprint"], name="column_mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.fingerprint[:8]}"
