"""Fields of work (N5). Those of batches that could not be sourced are open: the programme's owner keeps them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.personal import line_of_text, lines_of_text, optional_line
from accounts.tokens import require_scope
from pilots.models import Batch
from pilots.rules import runs
from plans.models import TaskField
from portal.errors import NotFound, Stale, WrongState, bad
from records.journal import Note, Subject, write
from units.models import Sourced

KEEP = "fields.edit"
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 40
LONGEST_NAME = 200
LONGEST_SOURCE = 2000


@dataclass(frozen=True, slots=True)
class FieldInput:
    """A field of work. `source`: the document that names it; without one it is shown as not verified."""

    name_zh: str
    name_en: str = ""
    source: str = ""


@transaction.atomic
def add_field(batch: Batch, code: str, data: FieldInput, *, by: Actor, at: dt.datetime | None = None) -> TaskField:
    """Add an open field to a batch. Raises NotFound (not the owner), WrongState (sourced, code there), BadInput."""
    _must_keep(batch, by)
    rows = TaskField.objects.filter(batch=batch)
    list(rows.select_for_update())
    if rows.filter(is_open=False).exists():
        raise WrongState(_("The fields of work of this batch come from a document, so they are not changed here."))
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise bad("bad_code", _("Use small letters, digits and hyphens only, at most 40."), "code")
    if rows.filter(code=code).exists():
        raise WrongState(_("This batch has a field of this code already."))
    last: int = rows.aggregate(last=Max("position"))["last"] or 0
    field = TaskField.objects.create(batch=batch, code=code, position=last + 1, is_open=True, version=1, **_facts(data))
    _record("fields.add", field, {"code": code, **_facts(data)}, by, at)
    return field


@transaction.atomic
def change_field(
    uid: uuid.UUID, data: FieldInput, version: int, *, by: Actor, at: dt.datetime | None = None
) -> TaskField:
    """Change an open field. Raises NotFound, WrongState (it is sourced), Stale, BadInput."""
    rows = TaskField.objects.select_related("batch__programme").select_for_update(of=("self",))
    field = rows.filter(uid=uid).first()
    if field is None:
        raise NotFound
    _must_keep(field.batch, by)
    if not field.is_open:
        raise WrongState(_("The fields of work of this batch come from a document, so they are not changed here."))
    before = {name: getattr(field, name) for name in ("name_zh", "name_en", "source")}
    if field.version != version:
        text = _("Somebody else has changed this field of work since you opened it.")
        mine = {name: getattr(data, name) for name in before}
        raise Stale(text, extra={"version": field.version, "theirs": before, "mine": mine})
    facts = _facts(data)
    changed = {name: [before.get(name, ""), value] for name, value in facts.items() if before.get(name) != value}
    if set(changed) & set(before):
        for name, value in facts.items():
            setattr(field, name, value)
        field.version += 1
        field.save()
        _record("fields.change", field, {"code": field.code, **changed}, by, at)
    return field


def keeps(batch: Batch, by: Actor) -> bool:
    """Whether this hat keeps the fields of a batch: the office that owns the programme."""
    return runs(batch.programme, by, KEEP)


def _must_keep(batch: Batch, by: Actor) -> None:
    require_scope(by, KEEP)
    if not keeps(batch, by):
        raise NotFound


def _facts(data: FieldInput) -> dict[str, str]:
    source = lines_of_text(data.source, "source", LONGEST_SOURCE)
    return {
        "name_zh": line_of_text(data.name_zh, "name_zh", LONGEST_NAME),
        "name_en": optional_line(data.name_en, "name_en", LONGEST_NAME),
        "source": source,
        "confidence": (Sourced.Confidence.MEDIUM if source else Sourced.Confidence.LOW).value,
    }


def _record(act: str, field: TaskField, data: dict[str, object], by: Actor, at: dt.datetime | None) -> None:
    programme = field.batch.programme
    subject = Subject(
        kind="task_field", uid=field.uid, label=f"{field.batch.name_zh}：{field.name_zh}", programme=programme,
        unit=programme.owner, receiver=None,
    )  # fmt: skip
    write(act, subject, by=by, at=at, note=Note(outcome=field.code, data=data))
