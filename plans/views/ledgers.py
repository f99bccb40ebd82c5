"""Pages of the records beside the tasks, all made from their descriptions; key projects across pilot areas."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from plans.filters.ledgers import ProjectFilter
from plans.forms.ledgers import EntryForm, WithdrawForm
from plans.ledger_books import projects_book, record_book, words_of
from plans.ledger_reading import (
    Sheet,
    counts_of,
    entries_seen,
    entry_or_404,
    is_late,
    keeps,
    money,
    origin_of,
    projects_seen,
    projects_summary,
    sheet_of,
    shown,
)
from plans.ledgers import LEDGERS, PROJECTS, Kind, Ledger, ledger_or_404
from plans.models import Entry, KeyProject, Plan
from plans.services.ledgers import add_entry, change_entry, withdraw_entry
from plans.tree import EDIT, VIEW, reach_plan
from plans.views.answers import handed_out
from plans.views.plans import OnePlan, trail
from portal.errors import Stale
from portal.http import ActPage, PortalView, listed
from units.calendar import today

PAGE = 20
NUMBERS = frozenset({Kind.NUMBER, Kind.YEAR})


def records_url(plan: Plan, ledger: Ledger) -> str:
    return reverse("plans:records", args=[plan.uid, ledger.slug])


def records_trail(plan: Plan, ledger: Ledger) -> list[tuple[str, Any]]:
    return [*trail(plan), (records_url(plan, ledger), ledger.title)]


def row_shown(ledger: Ledger, entry: Entry, *, may_keep: bool = False) -> dict[str, Any]:
    """One row as the table draws it: its cells, where it is taken from, its acts."""
    address = [ledger.slug, entry.uid]
    late = isinstance(entry, KeyProject) and entry.withdrawn_at is None and is_late(entry, today())
    return {
        "entry": entry,
        "cells": [
            {
                "text": shown(ledger, column, entry), "label": ledger.label(column), "on_card": column.on_card,
                "is_number": column.kind in NUMBERS, "is_late": late and column.name == "node_on",
            }
            for column in ledger.columns
        ],
        "origin": origin_of(entry),
        "change_url": reverse("plans:record-change", args=address) if may_keep else "",
        "withdraw_url": reverse("plans:record-withdraw", args=address) if may_keep else "",
    }  # fmt: skip


def columns_shown(ledger: Ledger) -> list[dict[str, Any]]:
    return [{"label": ledger.label(column), "is_number": column.kind in NUMBERS} for column in ledger.columns]


def totals_shown(sheet: Sheet) -> Iterator[dict[str, Any]]:
    """One line for each year: what is added up, and the sums under their columns with how many rows have a number."""
    for year in sheet.totals:
        sums = {total.column.name: total for total in year.totals}
        cells = []
        for column in sheet.ledger.columns:
            total = sums.get(column.name)
            note = ""
            if total is not None and total.given < year.rows:
                note = _("%(have)d of %(total)d rows") % {"have": total.given, "total": year.rows}
            cells.append({"is_sum": total is not None, "text": money(total.value) if total else "", "note": note})
        yield {"label": words_of(year, sheet.ledger), "cells": cells, "split": _split(sheet, year)}


def _split(sheet: Sheet, year: Any) -> str:
    """“Together 3.5: government 28.6 %, society 71.4 %”, where the sums are shares of one amount."""
    if not sheet.ledger.is_split or not year.together:
        return ""
    shares = [
        _("%(who)s %(share)s%%") % {
            "who": sheet.ledger.label(total.column),
            "share": f"{100 * total.value / year.together:.1f}",
        }
        for total in year.totals
        if total.value is not None
    ]  # fmt: skip
    words = {"sum": money(year.together), "shares": _(", ").join(shares)}
    return _("All together %(sum)s: %(shares)s") % words


class RecordsView(OnePlan):
    """One record of one plan, and the way to the others."""

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor, uid=named["uid"])

    def get(self, request: HttpRequest, uid: uuid.UUID, ledger: str) -> HttpResponse:
        record, plan = ledger_or_404(ledger), reach_plan(uid, self.actor)
        sheet, may_keep = sheet_of(plan, record), keeps(plan, self.actor)
        context = {
            "plan": plan,
            "ledger": record,
            "tabs": self._tabs(plan, record),
            "columns": columns_shown(record),
            "rows": [row_shown(record, row, may_keep=may_keep) for row in sheet.rows],
            "withdrawn": [row_shown(record, row) for row in sheet.withdrawn],
            "totals": list(totals_shown(sheet)),
            "may_keep": may_keep,
            "crumbs": [*trail(plan), ("", record.title)],
        }
        return render(request, "plans/records.html", context)

    def _tabs(self, plan: Plan, record: Ledger) -> list[dict[str, Any]]:
        counts = counts_of(plan, LEDGERS.values())
        return [
            {"url": records_url(plan, row), "label": row.title, "active": row is record,
             "count": counts.get(row.slug, 0)}
            for row in LEDGERS.values()
        ]  # fmt: skip


class RecordsBookView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest, uid: uuid.UUID, ledger: str) -> FileResponse:
        record = ledger_or_404(ledger)
        return handed_out(record_book(reach_plan(uid, self.actor), record, today()))


class RecordAct(ActPage):
    """What adding, changing and withdrawing a row share."""

    action = EDIT
    ledger: Ledger
    plan: Plan
    entry: Entry | None = None
    filled: EntryForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = entries_seen(ledger_or_404(named["ledger"]), actor, EDIT)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()

    def prepare(self, **named: Any) -> None:
        self.ledger = ledger_or_404(named["ledger"])
        self.entry = entry_or_404(self.ledger, named["uid"], self.actor, EDIT)
        self.plan = self.entry.plan

    def form(self, data: Any = None) -> Any:
        self.filled = EntryForm(data, ledger=self.ledger, plan=self.plan, entry=self.entry)
        return self.filled

    def consequence(self) -> str:
        return _("Records need no approval. Each change is written in the history of the plan.")

    def back(self) -> str:
        return records_url(self.plan, self.ledger)

    def trail(self) -> list[tuple[str, Any]]:
        return records_trail(self.plan, self.ledger)


class RecordAddView(RecordAct):
    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Plan.objects.visible_to(actor, EDIT)
        return actor.can(cls.action) and rows.filter(uid=named["uid"]).exists()

    def prepare(self, **named: Any) -> None:
        self.ledger = ledger_or_404(named["ledger"])
        self.plan = reach_plan(named["uid"], self.actor, EDIT)

    def act(self, given: dict[str, Any]) -> str:
        entry = add_entry(self.plan.uid, self.ledger.slug, self.filled.given(), by=self.actor)
        return _("Written down: %(row)s.") % {"row": entry}

    def words(self) -> tuple[str, str]:
        return _("Add a row: %(record)s") % {"record": self.ledger.title}, _("Add")


class RecordChangeView(RecordAct):
    revision = "version"

    def act(self, given: dict[str, Any]) -> str:
        data, version = self.filled.given(), given["version"]
        entry = change_entry(self._row.uid, self.ledger.slug, data, version, by=self.actor)
        return _("Saved: %(row)s.") % {"row": entry}

    @property
    def _row(self) -> Entry:
        assert self.entry is not None  # noqa: S101 - prepare() has found it
        return self.entry

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fields = self.filled.fields
        return [(fields[name].label, text) for name, text in error.extra["theirs"].items() if name in fields and text]

    def words(self) -> tuple[str, str]:
        return _("Change “%(row)s”") % {"row": self.entry}, _("Save")


class RecordWithdrawView(RecordAct):
    danger = True
    revision = "version"

    def form(self, data: Any = None) -> Any:
        return WithdrawForm(data, entry=entry_or_404(self.ledger, self.kwargs["uid"], self.actor, EDIT))

    def act(self, given: dict[str, Any]) -> str:
        uid, version = self.kwargs["uid"], given["version"]
        entry = withdraw_entry(uid, self.ledger.slug, given["reason"], version, by=self.actor)
        return _("Withdrawn: %(row)s.") % {"row": entry}

    def consequence(self) -> str:
        return _("The row counts no longer. It stays to be read, with your reason.")

    def words(self) -> tuple[str, str]:
        return _("Withdraw “%(row)s”") % {"row": self.entry}, _("Withdraw")


class ProjectsView(PortalView):
    """Key projects of all plans in reach: the province's view, and the nation's."""

    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = projects_seen(self.actor)
        given = ProjectFilter(request.GET, queryset=rows, actor=self.actor)
        found = listed(given, request, PAGE)
        result = ngettext("%(count)d project", "%(count)d projects", found.count) % {"count": found.count}
        context: dict[str, Any] = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "columns": columns_shown(PROJECTS),
            "rows": list(_with_pilots(found.page)),
            "summary": projects_summary(given.qs, today()) if found.is_valid else None,
            "result": result if found.is_valid else "",
            "query": request.GET.urlencode(),
        }
        if context["summary"]:
            context["investment"] = money(context["summary"]["investment"])
        return render(request, "plans/projects.html", context, status=found.status)


def _with_pilots(rows: Iterable[KeyProject]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {**row_shown(PROJECTS, row), "pilot": row.plan.pilot_area, "url": records_url(row.plan, PROJECTS)}


class ProjectsBookView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """As filtered; a filter that says what cannot be exports nothing."""
        found = ProjectFilter(request.GET, queryset=projects_seen(self.actor), actor=self.actor)
        rows = found.qs if not found.is_bound or found.is_valid() else projects_seen(self.actor).none()
        return handed_out(projects_book(rows, today()))
