"""The calendar of working days: a year to read, its announcement, single days."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView
from staff.forms import AnnouncementForm, DaysForm, ReasonForm
from staff.services import working_days as days
from staff.working_days import Layer, announced_lines, working_year, year_asked_for
from units.models import AnnouncedYear, CalendarDay


class WorkingDaysView(PortalView):
    """A year by the calendar of the unit of the hat worn."""

    action = "desk.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = working_year(self.actor, year_asked_for(request.GET.get("year", "")))
        context = {
            "found": found,
            "years": range(days.last_year(), days.FIRST_YEAR - 1, -1),
            "keeps_everybodys": found.keeps == Layer.EVERYBODY,
            "can_plan": self.actor.can("cycle.open"),
        }
        return render(request, "staff/working_days.html", context)


class WorkingDaysAct(ActPage):
    action = "workdays.edit"
    year: int

    def back(self) -> str:
        return f"{reverse('working-days')}?year={self.year}"

    def trail(self) -> list[tuple[str, Any]]:
        return [(self.back(), _("Working calendar"))]

    def remind(self) -> None:
        """Dates that were given stand in the dues: only planning anew moves them."""
        messages.info(self.request, _("Dates already given do not move by themselves. Whoever plans can renew them."))


class AnnounceView(WorkingDaysAct):
    """The whole year, pasted; what was entered stands in the form to be corrected."""

    revision = "version"

    def prepare(self, **named: Any) -> None:
        self.year = named["year"]
        if not days.may_announce(self.year, self.actor):
            raise NotFound

    def form(self, data: Any = None) -> forms.Form:
        row = AnnouncedYear.objects.filter(year=self.year).first()
        initial = {"lines": announced_lines(row), "source": row.source if row else "", "version": _version(row)}
        return AnnouncementForm(data, initial=initial)

    def words(self) -> tuple[str, str]:
        return _("Announcement for %(year)d") % {"year": self.year}, _("Save for everybody")

    def consequence(self) -> str:
        return _(
            "It says for every unit which days are off and which are made up. Saved again, it replaces what stood."
        )

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        row = AnnouncedYear.objects.filter(year=self.year).first()
        return [(_("Announced days"), announced_lines(row)), (_("Source"), row.source if row else "")]

    def act(self, given: dict[str, Any]) -> str:
        data = days.AnnouncementInput(self.year, given["lines"], given["source"], given["version"])
        row = days.announce(data, by=self.actor)
        self.remind()
        count = row.days.count()
        return ngettext("Stored: %(count)d day.", "Stored: %(count)d days.", count) % {"count": count}


def _version(row: AnnouncedYear | None) -> int:
    return row.version if row else 0


class EnterDaysView(WorkingDaysAct):
    """Days off or extra working days; the own unit's, or by the system administrator for everybody."""

    def prepare(self, **named: Any) -> None:
        self.year = year_asked_for(self.request.GET.get("year", ""))

    def form(self, data: Any = None) -> forms.Form:
        return DaysForm(data)

    def words(self) -> tuple[str, str]:
        if days.keeps_everybodys(self.actor):
            return _("Correct single days"), _("Save for everybody")
        return _("Own days of %(unit)s") % {"unit": self.actor.unit.name}, _("Save")

    def consequence(self) -> str:
        if days.keeps_everybodys(self.actor):
            return _("It counts for every unit from now on, over what was announced.")
        return _("It counts for what your unit owes. The calendars of other units stay as they are.")

    def act(self, given: dict[str, Any]) -> str:
        given["is_working"] = given["is_working"] == "work"
        rows = days.enter_days(days.DaysInput(**given), by=self.actor)
        self.year = rows[0].day.year
        self.remind()
        return ngettext("Stored: %(count)d day.", "Stored: %(count)d days.", len(rows)) % {"count": len(rows)}


class RemoveDayView(WorkingDaysAct):
    danger = True
    row: CalendarDay

    def prepare(self, **named: Any) -> None:
        uid: uuid.UUID = named["uid"]
        found = days.kept_days(self.actor).filter(uid=uid).first()
        if found is None:
            raise NotFound
        self.row, self.year = found, found.day.year

    def form(self, data: Any = None) -> forms.Form:
        form = ReasonForm(data)
        form.fields["reason"].help_text = _("It is kept in the history, where auditors read it.")
        return form

    def words(self) -> tuple[str, str]:
        return _("Remove %(day)s") % {"day": self.row.day}, _("Remove the day")

    def consequence(self) -> str:
        kind = _("working day") if self.row.is_working else _("day off")
        words = {"kind": kind, "name": self.row.name, "source": self.row.source}
        return _("It was entered as %(kind)s %(name)s (%(source)s), and is then again what it was before.") % words

    def act(self, given: dict[str, Any]) -> str:
        days.remove_day(days.RemovalInput(self.row.uid, given["reason"]), by=self.actor)
        self.remind()
        return _("Removed: %(day)s.") % {"day": self.row.day}
