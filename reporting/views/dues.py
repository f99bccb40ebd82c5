"""What is due: as a month, and as a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import BadInput, Finding
from portal.http import PortalView, listed
from reporting.due_calendar import Counts, Day, Group, dues, month, month_named, most_urgent_first, scope_named
from reporting.filters.dues import DuePageFilter
from reporting.models import DueScope
from units.calendar import today

PAGE = 50
MONTH, LIST = "month", "list"


class DuesView(PortalView):
    action = "report.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        view = request.GET.get("view") or MONTH
        if view == LIST:
            return self.list(request)
        if view != MONTH:
            words = _("What is due can be shown as a month or as a list.")
            raise BadInput(words, findings=(Finding("bad_view", words, "view"),))
        return self.month(request)

    def month(self, request: HttpRequest) -> HttpResponse:
        first = month_named(request.GET.get("month", ""))
        scope = scope_named(request.GET.get("scope", ""), self.actor)
        found = month(self.actor, scope, first)
        named = f"{first:%Y-%m}"
        context = {
            "month": found,
            "weeks": [[_cell(day, scope) for day in week] for week in found.weeks],
            "agenda": [_cell(day, scope) for day in found.shown_with_dues],
            "previous_url": _address(view=MONTH, scope=scope, month=found.previous) if found.previous else "",
            "next_url": _address(view=MONTH, scope=scope, month=found.next) if found.next else "",
            "this_url": _address(view=MONTH, scope=scope) if first != today().replace(day=1) else "",
            "sentence": _sentence(found.with_dues),
            **self.frame(scope, MONTH, month=named),
        }
        return render(request, "reporting/due_month.html", context)

    def list(self, request: HttpRequest) -> HttpResponse:
        given = request.GET.copy()
        given["scope"] = scope = scope_named(request.GET.get("scope", ""), self.actor)
        # Within reach first; what the scope shows of it, the filter says.
        rows = most_urgent_first(dues(self.actor, DueScope.ALL).for_lists())
        found = listed(DuePageFilter(given, queryset=rows, actor=self.actor), request, PAGE)
        words = ngettext("%(count)d report", "%(count)d reports", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "result": words if found.is_valid else "",
            "reset_url": _address(view=LIST, scope=scope),
            **self.frame(scope, LIST),
        }
        return render(request, "reporting/due_list.html", context, status=found.status)

    def frame(self, scope: DueScope, view: str, **more: str) -> dict[str, Any]:
        """Which of the three scopes, and which of the two views: links both."""
        return {
            "scope": scope,
            "scopes": [
                {"url": _address(view=view, scope=other, **more), "label": other.label, "active": other == scope}
                for other in DueScope
            ],
            "other_url": _address(view=MONTH if view == LIST else LIST, scope=scope),
            "may_see_timeliness": self.actor.can("cycle.view"),
            "may_subscribe": self.actor.can("feed.manage"),
        }


def _address(**query: str) -> str:
    return f"{reverse('reporting:dues')}?{urlencode({key: str(value) for key, value in query.items()})}"


def _cell(day: Day, scope: DueScope) -> dict[str, Any]:
    iso = day.day.isoformat()
    return {
        "day": day,
        "url": _address(view=LIST, scope=scope, **{"from": iso, "to": iso}),
        "count": _how_many(day.counts),
        "groups": [_group(group) for group in day.groups],
    }


def _group(group: Group) -> str:
    words = {"cycle": group.cycle.name, "capacity": group.capacity.label, "stand": _stand(group.counts)}
    return _("%(cycle)s, %(capacity)s: %(stand)s") % words


def _how_many(counts: Counts) -> str:
    reports = ngettext("%(count)d report", "%(count)d reports", counts.count) % {"count": counts.count}
    units = ngettext("%(count)d unit", "%(count)d units", counts.units) % {"count": counts.units}
    return _("%(reports)s of %(units)s") % {"reports": reports, "units": units}


def _stand(counts: Counts) -> str:
    """How they stand in words: only what there is."""
    said = [
        (counts.owed - counts.overdue, _("%(n)d owed")),
        (counts.overdue, _("%(n)d overdue")),
        (counts.answered, _("%(n)d in")),
        (counts.exempt, _("%(n)d exempt")),
    ]
    return _(", ").join(words % {"n": number} for number, words in said if number)


def _sentence(days: list[Day]) -> str:
    """The finding above the table: of how many dues of this month how many are in."""
    total, answered, overdue, exempt = (
        sum(getattr(day.counts, name) for day in days) for name in ("count", "answered", "overdue", "exempt")
    )
    if not total:
        return _("Nothing is due this month.")
    words = _("%(have)d of %(all)d are in.") % {"have": answered, "all": total - exempt}
    more = _("%(n)d overdue") % {"n": overdue} if overdue else ""
    spared = _("%(n)d exempt") % {"n": exempt} if exempt else ""
    return " ".join(part for part in (words, _(", ").join(part for part in (more, spared) if part)) if part)
