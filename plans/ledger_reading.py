"""Reading the records beside the tasks: who finds which, their rows, what adds up; key projects across pilot areas."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Sum, Value
from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.ledgers import OF_MODEL, Column, Kind, Ledger
from plans.models import Entry, KeyProject, Plan, ProjectState
from plans.tree import EDIT, VIEW
from portal.errors import NotFound

PLAN = ("plan__programme", "plan__pilot_area", "plan__unit", "plan__receiver", "clause__document")
PROJECT_ENDED = (ProjectState.COMPLETED, ProjectState.STOPPED)


@dataclass(frozen=True, slots=True)
class Total:
    """What one column adds up to in a year: of how many rows, of how many in all. `value` None: no row has a number."""

    column: Column
    value: Decimal | None
    given: int


@dataclass(frozen=True, slots=True)
class YearTotals:
    """The sums of one year's rows; `year` None: of the rows that name no year."""

    year: int | None
    rows: int
    totals: Sequence[Total]

    @property
    def together(self) -> Decimal | None:
        """All columns together, where there is any number at all: what a table of who bears what comes to."""
        given = [total.value for total in self.totals if total.value is not None]
        return sum(given, Decimal(0)) if given else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One record of one plan. `totals` year by year: amounts of different years are not one amount."""

    ledger: Ledger
    rows: Sequence[Entry]
    withdrawn: Sequence[Entry]
    totals: Sequence[YearTotals]


def sheet_of(plan: Plan, ledger: Ledger) -> Sheet:
    """All rows of one record, in order. One statement."""
    rows = ledger.model.objects.filter(plan=plan).select_related("clause__document", "recorded_by")
    found: list[Entry] = list(rows.order_by("position", "id"))
    current = [row for row in found if row.withdrawn_at is None]
    gone = [row for row in found if row.withdrawn_at is not None]
    return Sheet(ledger, current, gone, totals_of(ledger, current))


def counts_of(plan: Plan, ledgers: Iterable[Ledger]) -> dict[str, int]:
    """How many rows each record of a plan has, in one statement."""
    one = [
        ledger.model.objects.filter(plan=plan).current().order_by().annotate(of=_literal(ledger.slug)).values("of")
        .annotate(rows=Count("pk")).values_list("of", "rows")
        for ledger in ledgers
    ]  # fmt: skip
    return dict(one[0].union(*one[1:], all=True))


def _literal(text: str) -> Any:
    return Value(text, output_field=CharField())


def totals_of(ledger: Ledger, rows: Sequence[Entry]) -> list[YearTotals]:
    """The sums of the columns that add up, year by year; the rows without a year last. [] where nothing adds up."""
    if not ledger.sums or not rows:
        return []
    by_year: dict[int | None, list[Entry]] = {}
    for row in rows:
        by_year.setdefault(getattr(row, "year", None), []).append(row)
    years = sorted(by_year, key=lambda year: (year is None, year or 0))
    return [YearTotals(year, len(by_year[year]), _sums(ledger, by_year[year])) for year in years]


def _sums(ledger: Ledger, rows: Sequence[Entry]) -> list[Total]:
    found = []
    for column in ledger.sums:
        given = [value for row in rows if (value := getattr(row, column.name)) is not None]
        found.append(Total(column, sum(given, Decimal(0)) if given else None, len(given)))
    return found


def entries_seen(ledger: Ledger, by: Actor, action: str = VIEW) -> QuerySet[Any]:
    """The rows of one record, of the plans in reach."""
    plans = Plan.objects.visible_to(by, action)
    return ledger.model.objects.filter(plan__in=plans.values("pk")).select_related(*PLAN)


def entry_or_404(ledger: Ledger, uid: uuid.UUID, by: Actor, action: str = VIEW) -> Entry:
    """One row, withdrawn ones too. Raises NotFound."""
    found: Entry | None = entries_seen(ledger, by, action).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


def keeps(plan: Plan, by: Actor) -> bool:
    """Whether this hat keeps the records of a plan."""
    return Plan.objects.visible_to(by, EDIT).filter(pk=plan.pk).exists()


# -- in words ----------------------------------------------------------------------------------------------------


def typed(ledger: Ledger, entry: Entry) -> dict[str, str]:
    """The row as it is typed in: column → text, '' where it says nothing."""
    return {column.name: as_typed(getattr(entry, column.name)) for column in ledger.columns}


def as_typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def plain_of(entry: Entry) -> dict[str, str]:
    """Everything a row says, as text: for the event, and for whoever compares two versions."""
    said = {"clause": str(entry.clause.uid) if entry.clause else "", "source": entry.source, "note": entry.note}
    return typed(OF_MODEL[type(entry)], entry) | said


def shown(ledger: Ledger, column: Column, entry: Entry) -> str:
    """One cell in the reader's language; '' where it says nothing."""
    value = getattr(entry, column.name)
    if column.kind == Kind.CHOICE:
        return str(dict(ledger.field(column).flatchoices).get(value, value))
    return money(value) if isinstance(value, Decimal) else as_typed(value)


def money(value: Decimal | None) -> str:
    """With its thousands apart, and no needless zeros."""
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def origin_of(entry: Entry) -> str:
    """Where a row is taken from: its clause, or its source in words."""
    cited = str(entry.clause) if entry.clause else ""
    return _("; ").join(part for part in (cited, "" if entry.source in cited else entry.source) if part)


# -- key projects across pilot areas -----------------------------------------------------------------------------


def projects_seen(by: Actor) -> QuerySet[KeyProject]:
    """Key projects of all plans in reach, those with the nearest node first, those without a day last."""
    plans = Plan.objects.visible_to(by, VIEW)
    rows: QuerySet[Any] = KeyProject.objects.current().filter(plan__in=plans.values("pk"))
    rows = rows.select_related("plan__pilot_area__province", "plan__unit", "clause__document")
    return rows.order_by(F("node_on").asc(nulls_last=True), "plan__pilot_area__sort_key", "plan_id", "position", "id")


def is_late(project: KeyProject, day: dt.date) -> bool:
    """The day of its next node is over and it goes on."""
    return project.node_on is not None and project.node_on < day and project.state not in PROJECT_ENDED


def late(day: dt.date) -> Q:
    """The same as a condition."""
    return Q(node_on__lt=day) & ~Q(state__in=PROJECT_ENDED)


def projects_summary(rows: QuerySet[KeyProject], day: dt.date) -> Mapping[str, Any]:
    """How many, of how many pilot areas, how many late, what they cost and of how many that is known."""
    found: dict[str, Any] = rows.order_by().aggregate(
        projects=Count("pk"),
        pilots=Count("plan", distinct=True),
        late=Count("pk", filter=late(day)),
        priced=Count("investment"),  # before the sum takes the name
        investment=Sum("investment"),
        invested=Sum("invested"),
    )
    return found
