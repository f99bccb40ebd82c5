"""Asking for a long job, following it, cancelling it, asking for it again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor, require
from accounts.tokens import require_scope
from portal.errors import NotFound, WrongState, type_text
from records import outbox
from records.jobs.kinds import kind_named
from records.journal import NOTHING_MORE, Note, write
from records.models import Job, JobState

ACTION = "job.run"
TASK = "records.run_jobs"


@dataclass(frozen=True, slots=True)
class Act:
    """Something its reader may do with a job now."""

    name: str
    label: type_text
    hint: type_text
    danger: bool = False


CANCEL = Act("cancel", gettext_lazy("Cancel"), gettext_lazy("It stops, and nothing of it is stored."), danger=True)
TRY_AGAIN = Act("try_again", gettext_lazy("Try again"), gettext_lazy("The same is asked for once more."))


@transaction.atomic
def start(name: str, params: Mapping[str, Any], *, label: type_text, by: Actor, path: str = "") -> Job:
    """Ask for a job; a worker is woken when the transaction ends. Raises Forbidden as the work itself would.

    `params`: plain JSON, ids rather than contents. `path`: where its outcome will be seen.
    """
    return _asked(name, params, label=label, by=by, path=path)


def _asked(
    name: str, params: Mapping[str, Any], *, label: type_text, by: Actor, path: str, again_of: Job | None = None
) -> Job:
    kind = kind_named(name)
    if kind is None:
        raise ImproperlyConfigured(f"Nobody has registered jobs of the kind {name!r}.")
    require(by, kind.action)
    if kind.check is not None:
        kind.check(params, by)
    job = Job.objects.create(
        kind=name,
        params=dict(params),
        label=str(label)[:300],
        hat=by.hat,
        unit=by.unit,
        programme=by.programme,
        origin=by.origin,
        path=path,
        again_of=again_of,
    )
    note = Note(data={"kind": name, "again_of": str(again_of.uid)}) if again_of else Note(data={"kind": name})
    write("job.start", job.as_subject(), by=by, note=note, at=job.created_at)
    outbox.nudge_after_commit(TASK)
    return job


def jobs_of(by: Actor) -> QuerySet[Job]:
    """One's own jobs under this hat, newest first; the system's administrator sees everybody's."""
    rows = Job.objects.visible_to(by, ACTION)
    found: QuerySet[Job] = rows.select_related("hat__user", "unit", "programme", "again_of").prefetch_related(
        "tried_again"
    )
    return found


def job_or_404(uid: uuid.UUID, by: Actor) -> Job:
    job = jobs_of(by).filter(uid=uid).first()
    if job is None:
        raise NotFound
    return job


def open_jobs(name: str, **params: Any) -> QuerySet[Job]:
    """What waits or runs of a kind, for these values of its input."""
    rows: QuerySet[Job] = Job.objects.open().filter(kind=name, params__contains=params)
    return rows


def acts_for(job: Job, by: Actor) -> list[Act]:
    """What this person may do with the job now; the page draws its buttons from it, the API its `actions`."""
    kind = kind_named(job.kind)
    if job.state in (JobState.WAITING, JobState.RUNNING):
        return [CANCEL] if job.cancel_asked_at is None else []
    failed = job.state in (JobState.FAILED, JobState.CANCELLED)
    mine = kind is not None and job.hat_id == by.hat.pk and by.can(kind.action)
    return [TRY_AGAIN] if failed and mine and not job.tried_again.all() else []


@transaction.atomic
def cancel(job: Job, by: Actor) -> Job:
    """A waiting job will not begin; a running one stops at its next step and leaves nothing. Raises WrongState."""
    kept = _locked(job, by)
    if CANCEL not in acts_for(kept, by):
        raise _too_late()
    kept.cancel_asked_at = timezone.now()
    if kept.claimed_at is None:
        kept.cancelled_at = kept.cancel_asked_at
    kept.save(update_fields=["cancel_asked_at", "cancelled_at"])
    write("job.cancel", kept.as_subject(), by=by, note=NOTHING_MORE)
    return kept


@transaction.atomic
def try_again(job: Job, by: Actor) -> Job:
    """The same once more, as a job of its own. Raises WrongState where it did not fail, or was tried again already."""
    kept = _locked(job, by)
    if TRY_AGAIN not in acts_for(kept, by):
        raise _too_late()
    return _asked(kept.kind, kept.params, label=kept.label, by=by, path=kept.path, again_of=kept)


ACTS = {CANCEL.name: cancel, TRY_AGAIN.name: try_again}


def perform(job: Job, name: str, by: Actor) -> Job:
    """One of its acts by name; returns the job to look at now, a new one where it is tried again."""
    if name not in ACTS:
        raise NotFound(_("There is no act of this name."))
    return ACTS[name](job, by)


def _locked(job: Job, by: Actor) -> Job:
    """The row as it is now, locked. What starts a job under a token takes the same scope to meddle with it."""
    kind = kind_named(job.kind)
    require_scope(by, kind.action if kind else ACTION)
    found: Job | None = Job.objects.visible_to(by, ACTION).select_for_update(of=("self",)).filter(pk=job.pk).first()
    if found is None:
        raise NotFound
    return found


def _too_late() -> WrongState:
    return WrongState(_("This is not possible any more. Reload the page to see where the job stands."))
