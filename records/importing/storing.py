"""Storing a list: planned again under a lock, written all or not at all, and noted down for undoing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import RuleBroken, Stale, WrongState
from records.importing.checking import Checked, check, sheet_of
from records.importing.kinds import ImportKind, Stored, kind_named
from records.importing.snapshots import as_texts, given_as_texts
from records.jobs import Progress
from records.locks import Lock, held
from records.models import ImportedObject, ImportRun

BATCH = 500
PATIENCE = 10.0
"""Seconds a request waits for another list."""


class PlanChanged(Stale):
    """What the list would do is not what was shown: nothing was stored, and it must be looked at again."""


def one_at_a_time(progress: Progress | None = None) -> None:
    """Take the lock until the transaction ends. Whoever waits for an answer waits a few seconds for it only.

    A job waits as long as its progress lets it. Raises WrongState.
    """
    ends = time.monotonic() + PATIENCE
    while not held(Lock.IMPORTS):
        if progress is not None:
            progress.step(0)
        elif time.monotonic() > ends:
            raise WrongState(_("A long list is being stored at this moment. Try again in a few minutes."))
        time.sleep(0.1)


def kind_of(run: ImportRun) -> ImportKind:
    kind = kind_named(run.kind)
    if kind is None:
        raise RuleBroken(_("Lists of this kind are not brought in any more."))
    return kind


def check_again(run: ImportRun, by: Actor) -> Checked:
    """What the list would do now, in the words it was shown in."""
    return check(kind_of(run), sheet_of(run), by=by, language=run.language)


def store(run: ImportRun, by: Actor, progress: Progress | None = None) -> int:
    """Write the list and note what was written; returns how many rows of the database it touched.

    Raises PlanChanged when it would not do what was shown any more; as a job, what its progress raises.
    """
    one_at_a_time(progress)
    checked = check_again(run, by)
    if checked.fingerprint != run.outcome_hash or checked.plan.faults:
        raise PlanChanged(
            _("What the list would do has changed since you looked. Nothing was stored. Look at it again, then decide.")
        )
    given = replace(checked.given, step=progress.step) if progress else checked.given
    kind = kind_of(run)
    written = kind.store(checked.plan, given)
    _note(run, written, {change.row: str(change.label) for change in checked.plan.changes})
    kind.afterwards()
    return len(written)


def _note(run: ImportRun, written: Sequence[Stored], labels: Mapping[int, str]) -> None:
    now = fetched((type(one.object), one.object.pk) for one in written)
    ImportedObject.objects.bulk_create(
        (_noted(run, number, one, now, labels.get(one.row, "")) for number, one in enumerate(written, start=1)),
        batch_size=BATCH,
    )


def _noted(run: ImportRun, number: int, one: Stored, now: Mapping[Any, models.Model], label: str) -> ImportedObject:
    fresh = now[type(one.object), one.object.pk]
    return ImportedObject(
        run=run,
        number=number,
        row=one.row,
        model=one.object._meta.label_lower,
        object_pk=one.object.pk,
        label=(label or str(one.object))[:300],
        before=None if one.before is None else given_as_texts(fresh, one.before),
        after=as_texts(fresh, None if one.before is None else one.before),
    )


def fetched(
    wanted: Iterable[tuple[type[models.Model], int]], *, locked: bool = False
) -> dict[tuple[type[models.Model], int], models.Model]:
    """The rows as they are in the database now, one statement for each model; those that are gone are absent."""
    keys = defaultdict(set)
    for model, pk in wanted:
        keys[model].add(pk)
    found: dict[tuple[type[models.Model], int], models.Model] = {}
    for model, pks in keys.items():
        rows = model._base_manager.filter(pk__in=pks).order_by("pk")
        found |= {(model, row.pk): row for row in (rows.select_for_update() if locked else rows)}
    return found
