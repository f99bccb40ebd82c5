"""Long lists: stored and undone by a job, which tells how far it is and can be cancelled."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Actor
from portal.errors import PortalError, Stale
from records import jobs
from records import workflow as engine
from records.importing import services
from records.importing.workflow import IMPORT, JOB, PROGRESS, is_long
from records.models import ImportRun, Job

LONG_ACTS = frozenset({"store", "undo"})


def perform_or_start(run: ImportRun, request: engine.Request, *, by: Actor) -> ImportRun | Job:
    """What a short list's act is at once is a job for a long one. Refused as `services.perform` refuses.

    Raises WrongState where a job is at the list already.
    """
    if request.name not in LONG_ACTS or not is_long(run):
        return services.perform(run, request, by=by)
    return _start(run, request, by)


@transaction.atomic
def _start(run: ImportRun, request: engine.Request, by: Actor) -> Job:
    # The list's row is locked from here on: of two who press the button at once the second finds the first one's job.
    kept = engine.examine(IMPORT, run.pk, request, by=by)
    services.refuse_beside_job(kept)
    params = {"run": str(kept.uid), "act": request.name, "comment": request.comment, "version": kept.version}
    label = f"{IMPORT[request.name].label} · {kept.file_name}"
    return jobs.start(JOB, params, label=label, by=by, path=reverse("import", args=[kept.uid]))


def _run_of(params: Mapping[str, Any], by: Actor) -> ImportRun:
    return services.run_or_404(uuid.UUID(params["run"]), by)


def _work(progress: jobs.Progress) -> Mapping[str, Any]:
    """Total: the rows of the list. What a kind writes in a few statements it does not step through."""
    given = progress.params
    run = _run_of(given, progress.actor)
    progress.begin(run.counts["rows"])
    request = engine.Request(given["act"], given["comment"], given["version"], data={PROGRESS: progress})
    services.perform(run, request, by=progress.actor)
    progress.step(0)
    return {"rows": run.counts["rows"], "act": given["act"]}


def _after_refusal(progress: jobs.Progress, error: PortalError) -> None:
    """What was planned anew was rolled back with the rest: so once more."""
    if isinstance(error, Stale):
        services.show_anew(_run_of(progress.params, progress.actor), progress.actor)


def _words(result: Mapping[str, Any]) -> str:
    number: int = result["rows"]
    if result["act"] == "undo":
        words = ngettext("A list of %(number)d row was undone.", "A list of %(number)d rows was undone.", number)
    else:
        words = ngettext("A list of %(number)d row was stored.", "A list of %(number)d rows was stored.", number)
    return words % {"number": number}


jobs.register(
    jobs.JobKind(
        name=JOB,
        label=gettext_lazy("Store or undo a list"),
        action=services.ACTION,
        run=_work,
        words=_words,
        check=_run_of,
        on_failure=_after_refusal,
    )
)
