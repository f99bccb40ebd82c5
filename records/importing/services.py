"""What pages, API and command do with lists: bring one in, say what its columns are, choose, store, undo, discard."""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import Actor, require
from portal.errors import BadInput, Finding, Forbidden, NotFound, Stale, WrongState
from records import workflow as engine
from records.importing import headings
from records.importing.checking import NOTHING, Checked, Outcome, Sheet, check, sheet_of
from records.importing.kinds import ImportKind, kind_named, may_bring
from records.importing.reading import ReadFile, read_file
from records.importing.storing import PlanChanged, check_again, kind_of
from records.importing.workflow import IMPORT, PROGRESS, job_at
from records.journal import Note, write
from records.models import ColumnMapping, ImportedObject, ImportRun, ImportStatus
from records.models.imports import CLEARED, KEPT

log = logging.getLogger(__name__)

ACTION = "import.run"


@dataclass(frozen=True, slots=True)
class ListInput:
    """A file and what is said about it. `mapping`: column name → heading; None: as last time, or as recognised."""

    kind: str
    file_name: str
    content: bytes
    sheet: str = ""
    mapping: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the suggestions made for a cell; an empty value takes an earlier choice back."""

    row: int
    column: str
    value: str


def kind_for(code: str, by: Actor) -> ImportKind:
    """The kind of this code, if this person may bring in such lists; NotFound or Forbidden."""
    kind = kind_named(code)
    if kind is None:
        raise NotFound(_("There is no such kind of list."))
    require(by, ACTION)
    require(by, kind.action)
    if not may_bring(kind, by):
        raise Forbidden(_("Your office does not bring in lists of this kind."))
    return kind


def run_or_404(uid: uuid.UUID, by: Actor) -> ImportRun:
    run = ImportRun.objects.visible_to(by, ACTION).select_related("unit", "programme", "started_by").filter(uid=uid)
    found: ImportRun | None = run.first()
    if found is None:
        raise NotFound
    return found


def start(data: ListInput, *, by: Actor) -> ImportRun:
    """Read the file and say what it would do; stores nothing but the list itself, for a week."""
    kind = kind_for(data.kind, by)
    file = read_file(data.file_name, data.content, data.sheet)
    found = headings.find(file.rows, kind.columns)
    mapping = None if data.mapping is None else headings.checked_mapping(data.mapping, found.headings, kind)
    with transaction.atomic():
        if mapping is None:
            mapping = _remembered(kind, found.headings, by) or headings.recognised(found.headings, kind.columns)
        else:
            _remember(kind, found.headings, mapping, by)
        run = _new_run(kind, file, found, by)
        run.mapping = mapping
        _apply(run, check(kind, sheet_of(run), by=by, language=run.language))
        run.save(force_insert=True)
        note = Note(outcome=run.status, data={"kind": run.kind, "sha256": run.sha256, **run.counts})
        write("import.check", run.as_subject(), by=by, note=note, at=run.created_at)
    return run


def _new_run(kind: ImportKind, file: ReadFile, found: headings.Found, by: Actor) -> ImportRun:
    now = timezone.now()
    return ImportRun(
        kind=kind.code,
        programme=by.programme,
        unit=by.unit,
        started_by=by.user,
        file_name=file.name,
        size=file.size,
        sha256=file.sha256,
        file_format=file.file_format,
        encoding=file.encoding,
        sheet=file.sheet,
        sheets=file.sheets,
        heading_row=found.row,
        headings=found.headings,
        rows=[[row.number, row.cells, {str(key): code for key, code in row.wrong.items()}] for row in found.rows],
        answers=[],
        language=get_language() or settings.LANGUAGE_CODE,
        created_at=now,
        kept_until=now + KEPT,
    )


def _apply(run: ImportRun, checked: Checked) -> None:
    run.outcome, run.outcome_hash, run.counts = checked.outcome, checked.fingerprint, checked.counts
    run.checked_at = timezone.now()
    run.kept_until = run.checked_at + KEPT


def _remembered(kind: ImportKind, names: Sequence[str], by: Actor) -> dict[str, str] | None:
    """What this office said last time about the same headings, as far as the kind still has such columns."""
    row = ColumnMapping.objects.filter(unit=by.unit, kind=kind.code, fingerprint=headings.fingerprint(names)).first()
    if row is None:
        return None
    known = {column.name for column in kind.columns}
    return {name: heading for name, heading in row.mapping.items() if name in known and heading in names}


def _remember(kind: ImportKind, names: Sequence[str], mapping: Mapping[str, str], by: Actor) -> None:
    ColumnMapping.objects.update_or_create(
        unit=by.unit,
        kind=kind.code,
        fingerprint=headings.fingerprint(names),
        defaults={"mapping": dict(mapping), "updated_by": by.user, "updated_at": timezone.now()},
    )


def is_remembered(run: ImportRun) -> bool:
    """Whether the office has said itself what the columns of such a list are."""
    fingerprint = headings.fingerprint(run.headings)
    return ColumnMapping.objects.filter(unit=run.unit, kind=run.kind, fingerprint=fingerprint).exists()


@transaction.atomic
def map_columns(uid: uuid.UUID, mapping: Mapping[str, str], *, expected_version: int, by: Actor) -> ImportRun:
    """Say which heading is which column; remembered for the office's next list with the same headings."""
    run = _open_run(uid, expected_version, by)
    kind = kind_of(run)
    before, run.mapping = run.mapping, headings.checked_mapping(mapping, run.headings, kind)
    # What was chosen for a cell holds as long as its column is the same.
    run.answers = [row for row in run.answers or [] if run.mapping.get(row[1]) == before.get(row[1])]
    _remember(kind, run.headings, run.mapping, by)
    return _checked_again(run, by)


@transaction.atomic
def answer(uid: uuid.UUID, answers: Sequence[Answer], *, expected_version: int, by: Actor) -> ImportRun:
    """Choose among what was suggested for single cells; nothing that was not suggested is taken."""
    run = _open_run(uid, expected_version, by)
    chosen = {(row, column): value for row, column, value in run.answers or []}
    offered: dict[tuple[int, str], set[str]] = defaultdict(set)
    for fault in outcome_of(run)["faults"]:
        offered[fault["row"], fault["column"]] |= {one["value"] for one in fault["suggestions"]}
    findings = []
    for one in answers:
        key = (one.row, one.column)
        if not one.value:
            chosen.pop(key, None)
        elif one.value in offered[key] or chosen.get(key) == one.value:
            chosen[key] = one.value
        else:
            words = _("Row %(row)d: “%(value)s” is not among the suggestions.") % {"row": one.row, "value": one.value}
            findings.append(Finding("not_suggested", words, f"choice-{one.row}-{one.column}"))
    if findings:
        raise BadInput(findings=tuple(findings))
    run.answers = [[row, column, value] for (row, column), value in sorted(chosen.items())]
    return _checked_again(run, by)


def _open_run(uid: uuid.UUID, expected_version: int, by: Actor) -> ImportRun:
    """The list, locked, if it is in reach and still to be decided about."""
    rows = ImportRun.objects.visible_to(by, ACTION).select_for_update(of=("self",))
    run: ImportRun | None = rows.select_related("unit", "programme", "started_by").filter(uid=uid).first()
    if run is None:
        raise NotFound
    if run.status != ImportStatus.CHECKED or not run.is_readable:
        raise WrongState(_("This list is not open any more. Reload the page to see what happened."))
    refuse_beside_job(run)
    if run.version != expected_version:
        raise Stale(
            _("Somebody changed this after you opened it. Reload the page, look at it again, then decide."),
            extra={"version": run.version},
        )
    return run


def refuse_beside_job(run: ImportRun) -> None:
    """Raises WrongState while a job is to store or undo the list."""
    if job_at(run) is not None:
        raise WrongState(_("A long job is at this list. Wait until it is finished, or cancel it."))


def _checked_again(run: ImportRun, by: Actor) -> ImportRun:
    _apply(run, check_again(run, by))
    run.version += 1
    run.save(
        update_fields=[
            *("mapping", "answers", "outcome", "outcome_hash", "counts", "checked_at", "kept_until", "version"),
        ]
    )
    return run


def perform(run: ImportRun, request: engine.Request, *, by: Actor) -> ImportRun:
    """Store, discard or undo, within one transaction. A list that would do something else now is shown anew."""
    if PROGRESS not in request.data:
        refuse_beside_job(run)
    try:
        return engine.perform(IMPORT, run.pk, request, by=by)
    except PlanChanged:
        show_anew(run, by)
        raise
    except IntegrityError as error:
        # Only its name: the database's own words quote the row, and rows may hold addresses and numbers.
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        log.warning("an import met a constraint", extra={"import_run": str(run.uid), "constraint": constraint})
        show_anew(run, by)
        raise Stale(
            _("Somebody changed what this list stands on at the same moment. Nothing was changed. Try again.")
        ) from error


@transaction.atomic
def show_anew(run: ImportRun, by: Actor) -> None:
    """Check a list again that would do something else now, so that its next reader sees what."""
    rows = ImportRun.objects.visible_to(by, ACTION).select_for_update(of=("self",))
    fresh: ImportRun | None = rows.filter(pk=run.pk, status=ImportStatus.CHECKED, cleared_at=None).first()
    if fresh is not None:
        _checked_again(fresh, by)


def outcome_of(run: ImportRun) -> Outcome:
    """What the list would do, as it was shown when it was last checked; nothing where it is not kept any more."""
    return run.outcome or NOTHING


def outcome_in_words(run: ImportRun, by: Actor) -> Outcome:
    """The same in the reader's language: planned anew for reading when it was checked in another one."""
    language = get_language() or settings.LANGUAGE_CODE
    if language == run.language or run.status != ImportStatus.CHECKED or not run.is_readable:
        return outcome_of(run)
    sheet: Sheet = sheet_of(run)
    return check(kind_of(run), sheet, by=by, language=language).outcome


@transaction.atomic
def clear_old() -> int:
    """Delete the rows of lists whose time is over, with the way back; what they counted stays. Safe twice and late.

    The headings go too: of a list without headings they are its first row.
    """
    now = timezone.now()
    due = ImportRun.objects.filter(kept_until__lte=now, cleared_at__isnull=True)
    pks = list(due.order_by("pk").select_for_update(skip_locked=True).values_list("pk", flat=True)[:500])
    ImportedObject.objects.filter(run__in=pks).delete()
    return ImportRun.objects.filter(pk__in=pks).update(**CLEARED, cleared_at=now)
