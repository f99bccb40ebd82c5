"""Planning a year: who will owe what and when; making it; bringing a cycle up to date after a change."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pilots.models import Capacity
from portal.errors import BadInput, NotFound, PortalError
from portal.http import PortalView, put_errors
from reporting.deadlines.differences import Outcome, Row, listed
from reporting.forms.planning import PlanForm
from reporting.models import Cycle
from reporting.services.hurrying import may_hurry, words
from reporting.services.planning import (
    FIRST_YEAR,
    KINDS,
    LAST_YEAR,
    PeriodPlan,
    YearPlan,
    cycle_of,
    preview,
    preview_cycle,
    programme_of,
    regenerate,
)
from reporting.services.planning_jobs import ask_to_generate
from units.calendar import today

PAGE = 50


class PlanView(PortalView):
    """A year of the programme: its periods, who owes in them, and one button that makes it."""

    action = "cycle.open"

    def get(self, request: HttpRequest) -> HttpResponse:
        programme_of(self.actor)
        year = year_of(request.GET.get("year") or str(_next_year()))
        try:
            plan = preview(programme_of(self.actor), year)
        except BadInput as error:
            return self._refused(year, error)
        return self._page(plan, self._form(plan))

    def post(self, request: HttpRequest) -> HttpResponse:
        programme = programme_of(self.actor)
        year = year_of(request.POST.get("year", ""))
        try:
            plan = preview(programme, year)
        except BadInput as error:
            return self._refused(year, error)
        form = self._form(plan, request.POST)
        if not form.is_valid():
            return self._page(plan, form, status=400)
        try:
            job = ask_to_generate(plan, digest=form.cleaned_data["digest"], hurry=form.hurry, by=self.actor)
        except PortalError as error:
            # What is shown now is what would be done now: whoever agrees presses again.
            again = self._form(plan)
            again.errors.clear()
            return self._page(plan, form if isinstance(error, BadInput) else again, error)
        messages.success(request, _("The plan is being carried out. You can leave this page."))
        return redirect("job", uid=job.uid)

    def _form(self, plan: YearPlan, data: Any = None) -> PlanForm:
        hurries = plan.needs_reason and may_hurry(plan.programme, self.actor)
        return PlanForm(data, hurries=hurries, initial={"digest": plan.digest})

    def _page(
        self, plan: YearPlan, form: PlanForm, error: PortalError | None = None, *, status: int = 200
    ) -> HttpResponse:
        if error is not None:
            status = error.status
            if form.is_bound:
                put_errors(error, form)
        context = {
            **_frame(plan.year),
            "plan": plan,
            "periods": [shown(period) for period in plan.periods],
            "form": form,
            "refusal": error if error is not None and not form.is_bound else None,
        }
        return render(self.request, "reporting/plan.html", context, status=status)

    def _refused(self, year: int, error: BadInput) -> HttpResponse:
        return render(self.request, "reporting/plan.html", {**_frame(year), "refusal": error}, status=error.status)


class PlanListView(PortalView):
    """Who will owe what, to whom, by when: every due of one period, page by page."""

    action = "cycle.open"

    def get(self, request: HttpRequest, year: int, kind: str) -> HttpResponse:
        if kind not in KINDS:
            raise NotFound
        programme = programme_of(self.actor)
        (period,) = preview(programme, year_of(str(year)), (kind,)).periods
        dues: Any = _Dues(period)
        page = Paginator(dues, PAGE).get_page(request.GET.get("page"))
        title = _("Who owes what")
        context = {
            "period": period,
            "programme": programme,
            "page_obj": page,
            "crumbs": [*_trail(), (_plan_url(year), str(year)), ("", f"{period.label} · {title}")],
        }
        return render(request, "reporting/plan_list.html", context)


class CyclePlanView(PortalView):
    """What one cycle owes against what it should owe, and the button that brings it up to date."""

    action = "cycle.open"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        cycle = cycle_of(uid, self.actor)
        try:
            period = preview_cycle(cycle)
        except BadInput as error:
            return render(request, "reporting/cycle_plan.html", {**_about(cycle), "refusal": error}, status=400)
        return self._page(period, self._form(period))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        cycle = cycle_of(uid, self.actor)
        try:
            period = preview_cycle(cycle)
        except BadInput as error:
            return render(request, "reporting/cycle_plan.html", {**_about(cycle), "refusal": error}, status=400)
        form = self._form(period, request.POST)
        if not form.is_valid():
            return self._page(period, form, status=400)
        try:
            counts = regenerate(cycle, digest=form.cleaned_data["digest"], by=self.actor, hurry=form.hurry)
        except BadInput as error:
            put_errors(error, form)
            return self._page(period, form, status=error.status)
        except PortalError as error:
            return self._page(period, self._form(period), error, status=error.status)
        text = _("Up to date: %(add)d added, %(move)d moved, %(remove)d removed, %(kept)d kept because begun.")
        messages.success(request, text % counts)
        return redirect("reporting:cycle-plan", uid=cycle.uid)

    def _form(self, period: PeriodPlan, data: Any = None) -> PlanForm:
        hurries = period.needs_reason and may_hurry(period.programme, self.actor)
        return PlanForm(data, hurries=hurries, initial={"digest": period.digest})

    def _page(
        self, period: PeriodPlan, form: PlanForm, error: PortalError | None = None, *, status: int = 200
    ) -> HttpResponse:
        cycle = period.cycle
        if cycle is None:
            raise NotFound
        rows: dict[str, list[Row]] = {}
        for row in period.first_rows:
            rows.setdefault(row.outcome.value, []).append(row)
        counts = period.differences.counts
        context = {
            **_about(cycle),
            "period": shown(period),
            "groups": [(outcome, rows[outcome], counts[outcome]) for outcome in SHOWN if outcome in rows],
            "form": form,
            "refusal": error,
        }
        return render(self.request, "reporting/cycle_plan.html", context, status=status)


SHOWN = tuple(outcome.value for outcome in (Outcome.ADD, Outcome.MOVE, Outcome.REMOVE, Outcome.KEPT))


@dataclass(frozen=True, slots=True)
class ShownPeriod:
    """A period as the page tells it."""

    plan: PeriodPlan
    url: str
    capacities: list[tuple[str, int]]
    owing: list[tuple[str, Any, int]]
    counts: dict[str, int]
    hurry: str
    total_hours: Any


def shown(period: PeriodPlan) -> ShownPeriod:
    owing = [(str(Capacity(capacity).label), unit, n) for capacity, unit, n in period.differences.by_receiver()]
    seen = dict.fromkeys(capacity for capacity, _unit, _n in owing)
    hours = period.cycle.burden_hours if period.cycle else None
    return ShownPeriod(
        plan=period,
        url=reverse("reporting:cycle-plan", args=[period.cycle.uid]) if period.cycle else "",
        capacities=[(capacity, sum(n for found, _unit, n in owing if found == capacity)) for capacity in seen],
        owing=owing,
        counts=period.differences.counts,
        hurry=words(period.time) if period.time and period.time.is_short else "",
        total_hours=hours * period.differences.owing if hours is not None else None,
    )


class _Dues:
    """The dues of a plan as a paginator wants them: counted once, read by the page."""

    def __init__(self, period: PeriodPlan) -> None:
        self.period = period

    def __len__(self) -> int:
        return sum(self.period.differences.count(outcome) for outcome in Outcome if outcome != Outcome.REMOVE)

    def __getitem__(self, part: slice) -> list[Row]:
        start, stop = part.start or 0, part.stop or 0
        return listed(self.period.wanted, offset=start, limit=stop - start)


def year_of(given: str) -> int:
    """The year an address or a form names. Raises BadInput."""
    if not given.isdecimal() or not FIRST_YEAR <= int(given[:6]) <= LAST_YEAR:
        raise BadInput(_("Choose a year from %(first)d to %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return int(given)


def _next_year() -> int:
    """Towards the end of a year one plans the next."""
    return today().year + (today().month >= 9)


def _plan_url(year: int) -> str:
    return f"{reverse('reporting:plan')}?year={year}"


def _trail() -> list[tuple[str, Any]]:
    return [(reverse("reporting:overview"), _("Overview")), (reverse("reporting:plan"), _("Plan a year"))]


def _frame(year: int) -> dict[str, Any]:
    around = [n for n in (year - 1, year + 1) if FIRST_YEAR <= n <= LAST_YEAR]
    return {
        "year": year,
        "years": [(n, _plan_url(n)) for n in around],
        "crumbs": [_trail()[0], ("", _("Plan a year"))],
    }


def _about(cycle: Cycle) -> dict[str, Any]:
    return {"cycle": cycle, "crumbs": [*_trail(), (_plan_url(cycle.year), str(cycle.year)), ("", cycle.name)]}
