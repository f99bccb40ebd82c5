"""Tasks × tiers: who answers for what in a plan, and where nobody does. For the page, the API and the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.access import Actor
from plans.duties import COMPULSORY, Held, HeldDuty, gaps, held, standing, tasks_of
from plans.models import Plan, Task, Tier
from plans.table_books import Book, Column, table_book
from plans.tree import VIEW, shows_rows
from units.calendar import today

WIDEST, NARROWER = 40, 24


@dataclass(frozen=True, slots=True)
class TierCell:
    """Who answers for a task in one tier; `is_gap`: somebody has to and nobody does."""

    tier: Tier
    holders: tuple[HeldDuty, ...]
    is_gap: bool


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One task with its tiers. `is_within_reach` False: it only shows what the reader's own task is part of."""

    task: Task
    cells: tuple[TierCell, ...]
    is_within_reach: bool = True

    @property
    def has_gap(self) -> bool:
        return any(cell.is_gap for cell in self.cells)


@dataclass(frozen=True, slots=True)
class DutyMatrix:
    """`gaps`: how many leaves nobody answers for, tier by tier; `rows` as filtered, `leaves` of the whole plan."""

    plan: Plan
    rows: Sequence[DutyRow]
    leaves: int
    gaps: Sequence[tuple[Tier, int]]
    is_shown: bool

    @property
    def gap_count(self) -> int:
        return sum(number for _tier, number in self.gaps)


def matrix_of(plan: Plan, by: Actor, *, gaps_only: bool = False, tier: str = "") -> DutyMatrix:
    """What this reader may see of it, in tree order; three statements. `tier`: with gaps_only, gaps of this tier."""
    if not shows_rows(plan, by):
        return DutyMatrix(plan, [], 0, [], is_shown=False)
    seen = set(Task.objects.visible_to(by, VIEW).filter(plan=plan).values_list("pk", flat=True))
    tasks = tasks_of(plan)
    found = held(tasks, standing(plan))
    lacking = {(gap.task.pk, gap.tier) for gap in gaps([task for task in tasks if task.pk in seen], found)}
    rows = [_row(task, found[task.pk], lacking, seen) for task in tasks if task.pk in seen | _above(tasks, seen)]
    counts = [(one, sum(which is one for _pk, which in lacking)) for one in COMPULSORY]
    leaves = sum(task.is_leaf for task in tasks if task.pk in seen)
    if gaps_only:
        rows = [row for row in rows if any(cell.is_gap for cell in row.cells if not tier or cell.tier == tier)]
    return DutyMatrix(plan, rows, leaves, counts, is_shown=True)


def _above(tasks: Sequence[Task], seen: set[int]) -> set[int]:
    """What the rows seen are part of."""
    found: set[int] = set()
    for task in reversed(tasks):
        if task.parent_id is not None and (task.pk in seen or task.pk in found):
            found.add(task.parent_id)
    return found


def _row(task: Task, found: Held, lacking: set[tuple[int, Tier]], seen: set[int]) -> DutyRow:
    is_seen = task.pk in seen
    cells = (TierCell(one, tuple(found.get(one, ())) if is_seen else (), (task.pk, one) in lacking) for one in Tier)
    return DutyRow(task, tuple(cells), is_seen)


def tiers_of(found: Held) -> list[TierCell]:
    """One task's tiers, all of them; what is empty is a gap where somebody has to answer."""
    return [TierCell(one, tuple(found.get(one, ())), one not in found and one in COMPULSORY) for one in Tier]


def duties_book(matrix: DutyMatrix) -> Book:
    """The matrix as a workbook; what comes from the row above says so, what is missing too."""
    pilot = matrix.plan.pilot_area.name
    above = [
        _("Who answers for what: %(pilot)s") % {"pilot": pilot},
        matrix.plan.title,
        _("As of %(day)s; gaps: %(count)d") % {"day": today(), "count": matrix.gap_count},
    ]
    columns = [Column(_("Number in the document"), 12), Column(_("Task"), WIDEST)]
    columns += [Column(str(one.label), NARROWER) for one in Tier]
    rows = ([row.task.mark, row.task.name, *(_text(cell) for cell in row.cells)] for row in matrix.rows)
    return table_book(f"{pilot}_{_('Duties')}_{today()}", above, columns, rows)


def _text(cell: TierCell) -> str:
    if cell.is_gap:
        return _("missing")
    return _("; ").join(in_words(one) for one in cell.holders)


def in_words(one: HeldDuty) -> str:
    """A holder with their post; from where, if it is not the task's own."""
    who = f"{one.duty.who}（{one.duty.post}）" if one.duty.post else one.duty.who
    if one.inherited_from is None:
        return who
    return _("%(who)s (from %(task)s)") % {"who": who, "task": one.inherited_from}
