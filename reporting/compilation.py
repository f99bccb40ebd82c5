"""What a compiled report stands on (N14): which reports are expected, which versions are used, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Actor
from pilots.models import Capacity
from reporting.models import Basis, Due, Report, ReportVersion, Standing


def expected_dues(report: Report) -> QuerySet[Due]:
    """Everything this report should stand on: what its unit receives, and what the unit itself owes as a pilot."""
    due, cycles = report.due, report.source_cycles
    received = Q(cycle__in=cycles, receiver=due.unit_id)
    if due.capacity == Capacity.COMPILER:
        received |= Q(cycle=due.cycle_id, unit=due.unit_id, capacity=Capacity.PILOT)
    return (
        Due.objects.filter(received)
        .exclude(pk=due.pk)
        .select_related("unit", "pilot_area", "cycle__programme", "report__accepted_version")
        .order_by("unit__sort_key", "id")
    )


def usable_version(report: Report, due: Due) -> ReportVersion | None:
    """The accepted version; of the unit's own pilot report also one that is still with the receiver."""
    source = due.report
    if source.accepted_version is not None or due.unit_id != report.due.unit_id:
        return source.accepted_version
    return source.versions.filter(outcome=ReportVersion.Outcome.WAITING).first()


WITHDRAWN = frozenset({ReportVersion.Outcome.RECALLED, ReportVersion.Outcome.RETURNED})


def standing_of(version: ReportVersion | None, due: Due) -> Standing:
    """How what is used of an expected report stands. Who is exempt and has sent nothing is not missing."""
    if version is None:
        return Standing.EXEMPT if due.report.is_exempt else Standing.MISSING
    if version.outcome in WITHDRAWN:
        return Standing.WITHDRAWN
    if version.outcome == ReportVersion.Outcome.WAITING:
        return Standing.SUBMITTED
    return Standing.LATE if version.was_late else Standing.ACCEPTED


@dataclass(frozen=True, slots=True)
class BasisRow:
    """One expected report beside what the compiled report uses of it."""

    due: Due
    used: ReportVersion | None
    usable: ReportVersion | None = None

    @property
    def standing(self) -> Standing:
        return standing_of(self.used, self.due)

    @property
    def is_outdated(self) -> bool:
        """Another version counts now, or the one used was withdrawn or is being corrected."""
        if self.used is None:
            return False
        superseded = self.usable is None or self.usable.pk != self.used.pk
        return superseded or self.used.outcome in WITHDRAWN or self.due.report.is_being_corrected

    @property
    def can_be_taken_in(self) -> bool:
        return self.usable is not None and (self.used is None or self.used.pk != self.usable.pk)

    def as_content(self) -> dict[str, Any]:
        return {
            "due": self.due.uid,
            "unit": self.due.unit.name_now,
            "receipt": self.used.receipt_number if self.used else None,
            "standing": self.standing.value,
        }


def working_basis(report: Report) -> list[BasisRow]:
    """The basis of the text being written: one row for each expected report."""
    used = {
        row.due_id: row.used for row in Basis.objects.filter(report=report, version__isnull=True).select_related("used")
    }
    return [BasisRow(due, used.get(due.pk), usable_version(report, due)) for due in expected_dues(report)]


def basis_for_version(report: Report) -> list[BasisRow]:
    """What the version about to be sealed stands on; empty for a report that compiles nothing."""
    return working_basis(report) if report.source_cycles else []


def fix_basis(version: ReportVersion, rows: Iterable[BasisRow]) -> None:
    Basis.objects.bulk_create(
        Basis(report_id=version.report_id, version=version, due=row.due, used=row.used, standing=row.standing)
        for row in rows
    )


def standing_on(version: ReportVersion) -> list[Report]:
    """The compiled reports that use this version, in what is being written or in a version of theirs."""
    return list(
        Report.objects.filter(basis__used=version)
        .select_related("due__unit", "due__cycle__programme", "due__pilot_area")
        .distinct()
    )


def outdated(report: Report) -> list[BasisRow]:
    """For those who write: where the working text is out of date, because a source has changed since."""
    return [row for row in working_basis(report) if row.is_outdated]


def outdated_in(version: ReportVersion, basis: Iterable[Basis]) -> list[BasisRow]:
    """For those who read a sealed version: where its sources have changed since. `basis` as `basis_of` gives it."""
    rows = (BasisRow(row.due, row.used, usable_version(version.report, row.due)) for row in basis)
    return [row for row in rows if row.is_outdated]


@dataclass(frozen=True, slots=True)
class ShownBasis:
    """What a reader is shown of the basis: rows by name, and of another programme only how many stood how."""

    rows: list[Basis]
    elsewhere: dict[str, int]


def basis_of(version: ReportVersion) -> list[Basis]:
    return list(
        version.basis.select_related(
            "due__unit", "due__pilot_area", "due__cycle__programme", "due__report__accepted_version", "used"
        )
    )


def shown_basis(version: ReportVersion, basis: Iterable[Basis], *, to: Actor) -> ShownBasis:
    """Its own unit sees every source. To those above, the inner state of a city's own programme does not
    escalate (DOMAIN.md): they see how many of its reports stood how, not whose.
    """
    basis = list(basis)
    if version.report.due.unit_id == to.hat.unit_id:
        return ShownBasis(basis, {})
    programme = version.report.due.cycle.programme_id
    inner = [row for row in basis if row.due.cycle.programme_id != programme]
    counts = Counter(row.standing for row in inner)
    names = {str(Standing(key).label): number for key, number in sorted(counts.items())}
    return ShownBasis([row for row in basis if row.due.cycle.programme_id == programme], names)
