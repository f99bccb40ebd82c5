"""Keeping the records beside the tasks: a row is added, changed, or withdrawn with a reason; nothing is deleted.

Whoever writes the plan keeps them at any time: they need no approval, only an event.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import lines_of_text
from accounts.tokens import require_scope
from pilots.models import Clause
from plans.ledger_reading import entry_or_404, plain_of
from plans.ledger_rules import LONGEST_TEXT, checked
from plans.ledgers import OF_MODEL, Kind, Ledger, ledger_or_404
from plans.models import Entry
from plans.tree import EDIT, reach_plan
from portal.errors import BadInput, Finding, Stale, WrongState, bad
from records.journal import Note, write

MOST_ENTRIES = 500
LONGEST_OUTCOME = 40


@dataclass(frozen=True, slots=True)
class EntryInput:
    """One row: what its columns say, as text ('' says nothing); the clause (uid) or source it is taken from."""

    values: Mapping[str, str] = field(default_factory=dict)
    clause: uuid.UUID | None = None
    source: str = ""
    note: str = ""


@transaction.atomic
def add_entry(plan_uid: uuid.UUID, slug: str, data: EntryInput, *, by: Actor, at: dt.datetime | None = None) -> Entry:
    """Write down a row. Raises NotFound (not one's own plan, no such record), BadInput naming the fields."""
    require_scope(by, EDIT)
    ledger, plan, now = ledger_or_404(slug), reach_plan(plan_uid, by, EDIT), at or timezone.now()
    rows = ledger.model.objects.filter(plan=plan)
    if rows.current().count() >= MOST_ENTRIES:
        words = _("At most %(most)d rows in one record. Withdraw what is no longer needed.") % {"most": MOST_ENTRIES}
        raise bad("too_many_rows", words, "")
    last: int = rows.aggregate(last=Max("position"))["last"] or 0
    entry = ledger.model(
        plan=plan, position=last + 1, version=1, recorded_at=now, recorded_by=by.user, is_demo=by.user.is_demo,
        **_facts(ledger, data),
    )  # fmt: skip
    entry.save(force_insert=True)
    _record("plan.record_add", entry, by=by, at=now, note=Note(data={"after": plain_of(entry)}))
    return entry


@transaction.atomic
def change_entry(
    entry_uid: uuid.UUID, slug: str, data: EntryInput, revision: int, *, by: Actor, at: dt.datetime | None = None
) -> Entry:
    """Write a row anew; the same again changes nothing.

    Raises NotFound, WrongState (withdrawn), Stale (both sides in `extra`), BadInput.
    """
    require_scope(by, EDIT)
    ledger, now = ledger_or_404(slug), at or timezone.now()
    entry = _held(ledger, entry_uid, by)
    before, facts = plain_of(entry), _facts(ledger, data)
    for name, value in facts.items():
        setattr(entry, name, value)
    after = plain_of(entry)
    if entry.version != revision:
        raise _stale(entry.version, before, after)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        entry.version += 1
        entry.save(update_fields=[*facts, "version"])
        _record("plan.record_change", entry, by=by, at=now, note=Note(data={"changed": changed}))
    return entry


@transaction.atomic
def withdraw_entry(
    entry_uid: uuid.UUID, slug: str, reason: str, revision: int, *, by: Actor, at: dt.datetime | None = None
) -> Entry:
    """A row counts no longer; it stays to be read, with the reason.

    Raises NotFound, WrongState (withdrawn already), Stale, BadInput (no reason).
    """
    require_scope(by, EDIT)
    ledger, now = ledger_or_404(slug), at or timezone.now()
    entry = _held(ledger, entry_uid, by)
    reason = lines_of_text(reason, "reason", LONGEST_TEXT)
    if not reason:
        raise bad("reason_missing", _("Say why it is withdrawn."), "reason")
    if entry.version != revision:
        raise _stale(entry.version, plain_of(entry), {})
    entry.withdrawn_at, entry.withdrawn_reason = now, reason
    entry.version += 1
    entry.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
    _record("plan.record_withdraw", entry, by=by, at=now, note=Note(comment=reason, data={"before": plain_of(entry)}))
    return entry


def _held(ledger: Ledger, uid: uuid.UUID, by: Actor) -> Entry:
    """A row of one's own, locked. Raises NotFound, WrongState where it is withdrawn."""
    found = entry_or_404(ledger, uid, by, EDIT)
    entry = ledger.model.objects.select_for_update().get(pk=found.pk)
    entry.plan = found.plan
    if entry.withdrawn_at is not None:
        raise WrongState(_("This row was withdrawn. Reload the page to see why."))
    return entry


def _stale(version: int, theirs: Mapping[str, str], mine: Mapping[str, str]) -> Stale:
    text = _("Somebody else has changed this row in the meantime. Compare, then save again.")
    return Stale(text, extra={"version": version, "theirs": dict(theirs), "mine": dict(mine)})


def _facts(ledger: Ledger, data: EntryInput) -> dict[str, Any]:
    """What is stored. Raises BadInput naming every field that is wrong."""
    findings: list[Finding] = []
    values: dict[str, Any] = {}
    said: dict[str, Any] = {}
    try:
        values = checked(ledger, data.values)
    except BadInput as error:
        findings += error.findings
    try:
        said = _said(data)
    except BadInput as error:
        findings += error.findings
    has_number = any(values.get(column.name) is not None for column in ledger.columns if column.kind == Kind.NUMBER)
    if not findings and has_number and said["clause"] is None and not said["source"]:
        words = _("Say where the figures are taken from: a clause, or a source in words.")
        findings.append(Finding("source_missing", words, "source"))
    if findings:
        raise BadInput(findings=tuple(findings))
    return values | said


def _said(data: EntryInput) -> dict[str, Any]:
    clause = Clause.objects.select_related("document").filter(uid=data.clause).first() if data.clause else None
    if data.clause and clause is None:
        raise bad("unknown_clause", _("There is no such clause in the register."), "clause")
    return {
        "clause": clause,
        "source": lines_of_text(data.source, "source", LONGEST_TEXT),
        "note": lines_of_text(data.note, "note", LONGEST_TEXT),
    }


def _record(act: str, entry: Entry, *, by: Actor, at: dt.datetime, note: Note) -> None:
    """In the plan's history; whoever receives the plan reads it there once the plan was sent."""
    subject = entry.plan.as_subject(internal=entry.plan.seal_id is None)
    data = {"record": OF_MODEL[type(entry)].slug, "entry": str(entry.uid), **note.data}
    write(act, subject, by=by, at=at, note=Note(str(entry)[:LONGEST_OUTCOME], note.comment, data))
