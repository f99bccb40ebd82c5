"""The register of documents (L13): what targets, tasks and dates of pilots are taken from, clause by clause."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from units.keys import PublicKey
from units.models import Named, Sourced, Unit, in_language


class Validity(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", _("no longer in force")
    UNKNOWN = "unknown", _("not on record")


class Document(PublicKey, Named, Sourced):
    """One official document, with the elements such documents carry (L13). `name` is its title.

    `number` is normalised (〔2015〕, never [2015]). Dates nobody could verify stay empty, and `dates_note` says what
    was found. `unit` is the office that entered it here; none for what came with the reference data.
    """

    number = models.CharField(_("document number"), max_length=60, blank=True)
    index_number = models.CharField(_("index number"), max_length=60, blank=True)
    kind = models.CharField(_("kind of document"), max_length=20, blank=True, help_text="通知, 意见, 方案, …")
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    dates_note = models.CharField(max_length=200, blank=True)
    validity = models.CharField(_("validity"), max_length=8, choices=Validity.choices, default=Validity.UNKNOWN)
    note = models.TextField(_("note"), blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("document")
        ordering: ClassVar = ["-year", "number", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~models.Q(number=""),
                name="document_one_per_number",
                violation_error_message=_("A document of this number is in the register already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class Clause(PublicKey):
    """A passage of a document that can be cited. `anchor` tells it apart within the document.

    `unit` is the office that entered it; none for what came with the reference data.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField(default=0)
    anchor = models.SlugField(max_length=40)
    title_zh = models.CharField(_("clause"), max_length=200)
    title_en = models.CharField(_("clause in English"), max_length=200, blank=True)
    text = models.TextField(_("wording"), blank=True, help_text="As it stands in the document.")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("clause")
        ordering: ClassVar = ["document_id", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document", "anchor"],
                name="clause_once",
                violation_error_message=_("This document has a clause of this name already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document.number} {self.title}".strip()

    @property
    def title(self) -> str:
        return in_language(self.title_zh, self.title_en)
