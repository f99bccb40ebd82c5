"""Bringing a plan's workbook back: all of it is carried out by the acts the pages use, or nothing."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, DecimalException

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.tokens import require_scope
from plans.models import BELOW, Dependency, Level, Plan, Task, TaskState
from plans.plan_books import APPROVED, DUTIES, PROGRESS
from plans.plan_upload import BadCell, RowChange, Upload, canonical, read_plan
from plans.services.arranging import ArrangeInput, NeedInput, arrange, stop_waiting, wait_for
from plans.services.duties import name_tier
from plans.services.progress import ProgressInput, record
from plans.services.tasks import TaskInput, add_task, change_task
from portal.errors import BadInput, NotFound, PortalError, bad

EDIT = "plan.edit"
PARTS = re.compile(r"[;；、,，\n]+")
NEED = re.compile(r"([0-9]+)(?:\+([0-9]{1,4}))?\Z")
YES = frozenset({"是", "yes", "y", "1", "true", "√", "有"})


def bring_in(
    plan_uid: uuid.UUID, name: str, content: bytes, *, store: bool, by: Actor, at: dt.datetime | None = None
) -> Upload:
    """Say what a workbook would change, and with `store` carry it out. Bad cells: nothing is stored.

    Without `store` everything is tried and taken back, so that what is refused then is known now.
    Raises NotFound, BadInput (the file cannot be opened, or is of another plan).
    """
    require_scope(by, EDIT)
    with transaction.atomic():
        rows = Plan.objects.visible_to(by, EDIT).select_related(
            "programme", "pilot_area__programme", "pilot_area__batch", "unit", "receiver", "document", "original"
        )
        plan: Plan | None = rows.filter(uid=plan_uid).select_for_update(of=("self",)).first()
        if plan is None:
            raise NotFound
        upload = read_plan(plan, name, content)
        if not upload.bad:
            _Carrier(plan, upload, by, at or timezone.now()).carry_out()
        upload.stored = store and not upload.bad
        if not upload.stored:
            transaction.set_rollback(True)
    return upload


class _Carrier:
    """Carries out one workbook; every refusal is written down at its cell."""

    def __init__(self, plan: Plan, upload: Upload, by: Actor, at: dt.datetime) -> None:
        self.plan, self.upload, self.by, self.at = plan, upload, by, at

    def carry_out(self) -> None:
        """What was approved first, then the arrangement, then who answers and how far it is."""
        for change in self.upload.changes:
            if change.row is None:
                self._try(change, self._add, "level")
            elif change.changes(*APPROVED):
                self._try(change, self._reword, "name_zh")
        steps = ((self._arrange, ("begins_on", "days")), (self._needs, ("needs",)), (self._duties, DUTIES))
        for step, names in (*steps, (self._progress, PROGRESS)):
            for change in self.upload.changes:
                if change.row is not None and change.changes(*names):
                    self._try(change, step, names[0])

    def _try(self, change: RowChange, step: object, name: str) -> None:
        """An act of its own savepoint, so that the next can still be tried."""
        try:
            with transaction.atomic():
                step(change)  # type: ignore[operator]
        except PortalError as error:
            self.upload.bad += list(_placed(change, error, name))

    def _task(self, change: RowChange) -> Task:
        found: Task = self.plan.tasks.select_related("parent", "clause").get(uid=change.row.task.uid)  # type: ignore[union-attr]
        return found

    def _add(self, change: RowChange) -> None:
        """A row is part of the last one above it in the sheet that stands one level higher."""
        level = _choice(change, "level", Level)
        upper = next((above for above, below in BELOW.items() if below == level), None)
        parent = self.upload.above(change, upper)
        data = _input(change, level=level, parent=parent.uid if parent else None)
        task = add_task(self.plan.uid, data, by=self.by, at=self.at)
        self.upload.places[change.line.raw.number] = task

    def _reword(self, change: RowChange) -> None:
        task, level = self._task(change), _choice(change, "level", Level)
        data = _input(change, level=level, parent=task.parent.uid if task.parent else None)
        data = replace(data, clause=task.clause.uid if task.clause else None)
        change_task(task.uid, data, task.revision, by=self.by, at=self.at)

    def _arrange(self, change: RowChange) -> None:
        task = self._task(change)
        data = ArrangeInput(_whole(change, "days"), _day(change, "begins_on"))
        arrange(task.uid, data, task.revision, by=self.by, at=self.at)

    def _needs(self, change: RowChange) -> None:
        task = self._task(change)
        wanted = dict(self._named(change))
        standing = Dependency.objects.filter(task=task).select_related("needs")
        for one in standing:
            if one.needs.uid not in wanted:
                stop_waiting(one.uid, by=self.by, at=self.at)
        for uid, lag in wanted.items():
            wait_for(task.uid, NeedInput(uid, lag), by=self.by, at=self.at)

    def _named(self, change: RowChange) -> Iterator[tuple[uuid.UUID, int]]:
        for part in _parts(change.line.text("needs")):
            found = NEED.fullmatch(part.replace(" ", ""))
            task = self.upload.task(found[1]) if found else None
            if found is None or task is None:
                text = _("“%(text)s” is no row of this sheet. Write its number, and “+” with the days between.")
                raise bad("unknown_task", text % {"text": part[:40]}, "needs")
            yield task.uid, int(found[2] or 0)

    def _duties(self, change: RowChange) -> None:
        task = self._task(change)
        for tier in (tier for tier in DUTIES if change.changes(tier)):
            try:
                name_tier(task, tier, _parts(change.line.text(tier)), by=self.by, at=self.at)
            except BadInput as error:
                raise bad(
                    "bad_duty", str(error.findings[0].message if error.findings else error.message), tier
                ) from error

    def _progress(self, change: RowChange) -> None:
        """What is said alone does not change how far it is; a percent is left to milestones where it was not typed."""
        state, said = _choice(change, "state", TaskState), change.line.text("said")
        percent = _number(change, "percent") if change.changes("percent") or not change.changes("state") else None
        data = ProgressInput(
            state=state, percent=percent, text=said, reason=said[:300], done_on=_day(change, "done_on")
        )
        record(self._task(change).uid, data, by=self.by, at=self.at)


def _placed(change: RowChange, error: PortalError, name: str) -> Iterator[BadCell]:
    """Each finding at the cell of its field, or at the first of what was tried."""
    fields = {"parent": "level", "clause": "name_zh"}
    if name in PROGRESS:
        fields = {"reason": "said", "text": "said"}
    for finding in error.findings:
        at = fields.get(finding.target, finding.target)
        yield change.line.bad(at if at in change.line.places else name, finding.code, str(finding.message))
    if not error.findings:
        yield change.line.bad(name, error.code, str(error.message))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in PARTS.split(text) if part.strip()]


def _input(change: RowChange, *, level: str, parent: uuid.UUID | None) -> TaskInput:
    """The approved fields as typed in the line. Raises BadInput."""
    line, weight = change.line, _number(change, "weight")
    return TaskInput(
        level=level, parent=parent, mark=line.text("mark"), name_zh=line.text("name_zh"), name_en=line.text("name_en"),
        text=line.text("text"), evidence=line.text("evidence"), fields=tuple(_parts(line.text("fields"))),
        is_multi_plan=line.text("is_multi_plan").casefold() in YES, weight=Decimal(1) if weight is None else weight,
        due_on=_day(change, "due_on"),
    )  # fmt: skip


def _number(change: RowChange, name: str) -> Decimal | None:
    text = canonical(change.line.text(name))
    try:
        return Decimal(text) if text else None
    except DecimalException as error:
        raise bad("not_a_number", _("This is no number. Write digits only."), name) from error


def _whole(change: RowChange, name: str) -> int | None:
    number = _number(change, name)
    if number is not None and (not number.is_finite() or number != int(number)):
        raise bad("not_a_number", _("This is no number. Write digits only."), name)
    return None if number is None else int(number)


def _day(change: RowChange, name: str) -> dt.date | None:
    text = change.line.text(name).replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return dt.date(*map(int, text[:10].split("-")))
    except (TypeError, ValueError) as error:
        raise bad("bad_date", _("Write the date as year-month-day, for example 2026-09-30."), name) from error


def _choice(change: RowChange, name: str, choices: type[models.TextChoices]) -> str:
    """The value whose words, in any language of the portal, stand in the cell."""
    typed = change.line.text(name).casefold()
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found = next((value for value, label in choices.choices if typed in {value, str(label).casefold()}), None)
        if found is not None:
            return str(found)
    offered: Sequence[str] = [str(label) for _value, label in choices.choices]
    text = _("“%(text)s” is none of these: %(offered)s.") % {"text": typed[:60], "offered": " / ".join(offered)}
    raise bad("unknown_choice", text, name)
