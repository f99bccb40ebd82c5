"""What the page of one list shows, put together from what the services know."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access import Actor
from records.importing import headings, services
from records.importing.checking import Outcome, sheet_of
from records.importing.storing import kind_of
from records.importing.workflow import acts_for, job_at
from records.models import Event, ImportRun, ImportStatus
from records.words import as_timeline

CHIPS = {
    ImportStatus.CHECKED: ("busy", "…"),
    ImportStatus.STORED: ("good", "✓"),
    ImportStatus.UNDONE: ("warn", "↩"),
    ImportStatus.DISCARDED: ("idle", "–"),
}
DANGEROUS = frozenset({"undo", "discard"})


def detail(run: ImportRun, actor: Actor, show: str) -> dict[str, Any]:
    """The context of `records/import.html`; `lines` are to be cut into pages."""
    outcome = services.outcome_in_words(run, actor)
    job = job_at(run)
    acts = acts_for(run, actor) if job is None else []
    shown = show if show in {"faults", "changes", "remarks"} else _first(outcome)
    lines: dict[str, list[Any]] = {
        "faults": outcome["faults"],
        "changes": outcome["changes"],
        "remarks": outcome["remarks"],
    }
    is_open = run.status == ImportStatus.CHECKED and run.is_readable and job is None
    return {
        "run": run,
        "job": job,
        "chip": CHIPS[ImportStatus(run.status)],
        "is_open": is_open,
        "stats": _stats(run),
        "facts": _facts(run),
        "checks": outcome["checks"],
        "show": shown,
        "tabs": _tabs(run, outcome, shown),
        "lines": lines[shown],
        "choices": _choices(run) if is_open else [],
        "has_suggestions": is_open and any(fault["suggestions"] for fault in outcome["faults"]),
        "unread": headings.unused(run.headings, run.mapping),
        "missing": [column.label for column in headings.missing(run.mapping, kind_of(run))] if is_open else [],
        "primary": next(({"label": act.label, "form": "act-store"} for act in acts if act.name == "store"), None),
        "acts": [
            {"label": act.label, "url": reverse("import-act", args=[run.uid, act.name])}
            for act in acts
            if act.name != "store"
        ],
        "state_text": _state_text(run),
        "events": as_timeline(Event.objects.about("import", run.uid).order_by("-at", "-id")),
        "crumbs": [(reverse("imports"), _("Imports")), ("", run.file_name)],
    }


def _first(outcome: Outcome) -> str:
    """Faults first: nothing goes on before they are mended."""
    return "faults" if outcome["faults"] else "changes"


def _tabs(run: ImportRun, outcome: Outcome, shown: str) -> list[dict[str, Any]]:
    labels = {"faults": _("Faults"), "changes": _("Differences"), "remarks": _("Remarks")}
    rows: Any = outcome
    return [
        {"url": f"?show={name}", "label": label, "active": name == shown, "count": len(rows[name])}
        for name, label in labels.items()
    ]


def _stats(run: ImportRun) -> list[dict[str, Any]]:
    counts = run.counts
    return [
        {"number": counts.get("rows", 0), "text": _("rows read"), "tone": ""},
        {"number": counts.get("new", 0), "text": pgettext("import", "new"), "tone": ""},
        {"number": counts.get("changed", 0), "text": _("changed"), "tone": ""},
        {"number": counts.get("same", 0), "text": _("as on record"), "tone": ""},
        {"number": counts.get("faults", 0), "text": _("faults"), "tone": "bad" if counts.get("faults") else "good"},
    ]


def _facts(run: ImportRun) -> list[dict[str, Any]]:
    read = [run.file_format.upper(), run.encoding, run.sheet and _("sheet “%(name)s”") % {"name": run.sheet}]
    return [
        {"label": _("Kind of list"), "value": run.kind_label},
        {"label": _("Brought in by"), "value": run.started_by.name, "note": run.unit.name},
        {"label": _("Read as"), "value": " · ".join(part for part in read if part)},
        {"label": _("Headings in row"), "value": run.heading_row},
        {"label": _("Fingerprint (SHA-256)"), "value": run.sha256[:16]},
    ]


def _choices(run: ImportRun) -> list[dict[str, Any]]:
    """What was chosen for single cells, to be taken back."""
    sheet = sheet_of(run)
    labels = {column.name: column.label for column in kind_of(run).columns}
    return [
        {"row": row, "column": column, "label": labels.get(column, column), "cell": sheet.cell_of(row, column),
         "value": value}
        for (row, column), value in sorted(sheet.answers.items())
    ]  # fmt: skip


def _state_text(run: ImportRun) -> str:
    if not run.is_readable:
        return _("The rows are not kept any more; what they counted stays.")
    if run.status == ImportStatus.STORED and run.may_go_back:
        return _("Stored. It can be undone for a day, as long as nobody has gone on working with it.")
    if run.status == ImportStatus.CHECKED and run.counts.get("faults"):
        return _("Nothing is stored while a fault is left: mend the file and send it again, or choose in the table.")
    if run.status == ImportStatus.CHECKED:
        return _("Checked. Nothing is stored yet.")
    return str(run.get_status_display())
