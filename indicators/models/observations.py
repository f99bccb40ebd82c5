"""Figures that count: accepted ones of a programme, and published series. Append-only."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, Actor, ScopedQuerySet, condition
from accounts.models import User
from indicators.models.catalogue import Vintage
from indicators.models.figures import Figure
from pilots.models import Document
from records.models import Seal
from units.keys import PublicKey
from units.models import UNVERIFIED, Programme, Sourced, Unit


class ObservationQuerySet(ScopedQuerySet["Observation"]):
    def visible_to(self, actor: Actor, action: str) -> ObservationQuerySet:
        """One's own, those one receives and those below, as of reports; published figures are everybody's."""
        return self.filter(condition(Observation.ACCESS, actor, action) | models.Q(programme__isnull=True))

    def in_force(self) -> ObservationQuerySet:
        return self.filter(is_in_force=True)

    def published(self) -> ObservationQuerySet:
        return self.filter(programme__isnull=True)

    def facts(self) -> ObservationQuerySet:
        """Without what nobody could verify."""
        return self.exclude(UNVERIFIED)


class Observation(PublicKey, Figure, Sourced):
    """A figure as it was accepted (in a programme) or published (none). Never changed, never deleted.

    `seal` is what brought it. `withdrawn_at` is set once, when the report that brought it is corrected or a series
    replaced. Of all that stand for one place, indicator and period, one `is_in_force`: a cache kept by
    `indicators.services.observations`, which says by which order. A database trigger refuses every other change.

    Millions of rows: no foreign key has an index of its own but those that are asked by.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who gave it.")
    receiver = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    chain = ArrayField(models.BigIntegerField(), default=list, help_text="Units above, the receiver first.")
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    vintage = models.ForeignKey(Vintage, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    source = models.TextField(_("source"), blank=True)
    is_demo = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    is_in_force = models.BooleanField(default=False)

    objects: ClassVar = ObservationQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit", receiver="receiver", chain="chain")

    class Meta:
        verbose_name = _("observation")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["programme", "division", "indicator", "year", "part"], name="observation_of_place"),
            models.Index(fields=["seal"], name="observation_of_seal"),
            GinIndex(fields=["chain"], name="observation_chain"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "division", "indicator", "year", "part"],
                condition=models.Q(is_in_force=True),
                nulls_distinct=False,
                name="observation_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, absence="")
                | (models.Q(value__isnull=True) & ~models.Q(absence="")),
                name="observation_number_or_why_not",
            ),
            models.CheckConstraint(
                condition=models.Q(is_in_force=False) | models.Q(withdrawn_at__isnull=True),
                name="observation_withdrawn_is_not_in_force",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.division} {self.indicator} {self.period}"


APPEND_ONLY = """
CREATE OR REPLACE FUNCTION indicators_observation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'observations are never deleted';
  END IF;
  IF OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
    RAISE EXCEPTION 'an observation is withdrawn once';
  END IF;
  IF NEW.withdrawn_reason IS DISTINCT FROM OLD.withdrawn_reason
     AND (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL) THEN
    RAISE EXCEPTION 'why an observation was withdrawn is said once';
  END IF;
  IF (to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_reason', 'is_in_force'])
     IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_reason', 'is_in_force']) THEN
    RAISE EXCEPTION 'observations are never changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER observation_append_only BEFORE UPDATE OR DELETE ON indicators_observation
  FOR EACH ROW EXECUTE FUNCTION indicators_observation_append_only();
"""
DROP_APPEND_ONLY = """
DROP TRIGGER IF EXISTS observation_append_only ON indicators_observation;
DROP FUNCTION IF EXISTS indicators_observation_append_only();
"""
