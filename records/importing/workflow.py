"""The transition table of imports: stored, discarded, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.access import Actor
from portal.errors import Finding
from records import workflow as engine
from records.importing.storing import store
from records.importing.undoing import undo
from records.jobs import open_jobs
from records.models import ImportRun, ImportStatus, Job
from records.models.imports import CLEARED, KEPT
from records.workflow import Act, Transition, Workflow

S = ImportStatus
UNDO_WITHIN = dt.timedelta(hours=24)
PROGRESS = "progress"
"""Name under which a job hands its progress to the effects."""
JOB = "import-act"
AT_ONCE = 300
"""Rows of a list that is stored or undone while somebody waits for the answer; longer ones are jobs."""


def no_faults(run: ImportRun, act: Act) -> Iterable[Finding]:
    """All or nothing: one row that cannot be stored keeps the whole list out."""
    number = run.counts.get("faults", 0)
    if number:
        words = ngettext(
            "%(number)d fault is left. Correct it and send the file again; nothing is stored before.",
            "%(number)d faults are left. Correct them and send the file again; nothing is stored before.",
            number,
        )
        yield Finding("faults_left", words % {"number": number}, "rows")
    elif not run.counts.get("rows"):
        yield Finding("no_rows", _("The list has no rows."), "rows")


def _stored(run: ImportRun, act: Act) -> Mapping[str, Any]:
    written = store(run, act.by, act.data.get(PROGRESS))
    run.stored_at, run.undo_until, run.kept_until = act.at, act.at + UNDO_WITHIN, act.at + KEPT
    run.save(update_fields=["stored_at", "undo_until", "kept_until"])
    return {**_what(run), **run.counts, "written": written}


def _undone(run: ImportRun, act: Act) -> Mapping[str, Any]:
    taken_back = undo(run, act.by, act.data.get(PROGRESS))
    run.kept_until = act.at + KEPT
    run.save(update_fields=["kept_until"])
    run.imported.all().delete()
    return {**_what(run), "taken_back": taken_back}


def _discarded(run: ImportRun, act: Act) -> Mapping[str, Any]:
    for column, nothing in CLEARED.items():
        setattr(run, column, nothing)
    run.cleared_at = run.kept_until = act.at
    run.save(update_fields=[*CLEARED, "cleared_at", "kept_until"])
    return _what(run)


def _what(run: ImportRun) -> dict[str, Any]:
    return {"kind": run.kind, "sha256": run.sha256}


def _readable(run: ImportRun) -> bool:
    return run.is_readable


def _may_go_back(run: ImportRun) -> bool:
    return run.may_go_back


IMPORT: Workflow[ImportRun] = Workflow(
    kind="import",
    rows=lambda: ImportRun.objects.select_related("programme", "unit"),
    transitions=(
        Transition(
            "store",
            gettext_lazy("Store the list"),
            frozenset({S.CHECKED}),
            S.STORED,
            "import.run",
            rules=(no_faults,),
            effect=_stored,
            primary=True,
            when=_readable,
            hint=gettext_lazy("All rows are stored together. Within a day the whole list can be undone."),
        ),
        Transition(
            "discard",
            pgettext_lazy("import", "Discard"),
            frozenset({S.CHECKED}),
            S.DISCARDED,
            "import.run",
            effect=_discarded,
            when=_readable,
            hint=gettext_lazy("Nothing was stored and nothing will be. The rows that were read are deleted."),
        ),
        Transition(
            "undo",
            gettext_lazy("Undo the import"),
            frozenset({S.STORED}),
            S.UNDONE,
            "import.run",
            effect=_undone,
            when=_may_go_back,
            hint=gettext_lazy(
                "Everything this list stored is taken back: what it made is deleted, what it changed becomes what it "
                "was. Not possible where others have gone on working with it."
            ),
        ),
    ),
)


def is_long(run: ImportRun) -> bool:
    rows: int = run.counts.get("rows", 0)
    return rows > AT_ONCE


def job_at(run: ImportRun) -> Job | None:
    """The job that is to store or undo the list, or does so now; short lists have none."""
    return open_jobs(JOB, run=str(run.uid)).first() if is_long(run) else None


def acts_for(run: ImportRun, by: Actor) -> list[Transition]:
    """What this person may do with the list now; a list with faults is not offered for storing.

    Nothing while a job is at it.
    """
    if job_at(run) is not None:
        return []
    return [act for act in engine.available(IMPORT, run, by) if act.name != "store" or run.is_clean]
