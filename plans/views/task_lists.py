"""Tasks across plans as a list, on screen and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.filters.tasks import TaskFilter
from plans.models import Task
from plans.task_book import MOST_IN_BOOK, task_book
from plans.task_lists import MOST, VIEW, listed_tasks, shown
from plans.views.answers import handed_out
from plans.views.plans import TASK_CHIPS
from portal.errors import BadInput
from portal.http import Listed, PortalView, listed
from units.calendar import today

PAGE = 20


class TasksView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        filtered = TaskFilter(request.GET, queryset=listed_tasks(self.actor), actor=self.actor)
        found = listed(filtered, request, PAGE, MOST)
        tasks: Sequence[Task] = list(found.page)
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(row, TASK_CHIPS[row.line.state]) for row in shown(tasks, today())],
            "result": result(found) if found.is_valid else "",
            "is_cut": found.is_cut,
            "most": MOST,
            "query": query.urlencode(),
        }
        return render(request, "plans/tasks.html", context, status=found.status)


def result(found: Listed) -> str:
    """How many there are; of more than are counted only that."""
    if found.is_cut:
        return _("more than %(most)d tasks") % {"most": MOST}
    return ngettext("%(count)d task", "%(count)d tasks", found.count) % {"count": found.count}


class TasksBookView(PortalView):
    """The same list as a workbook, all its pages."""

    action = VIEW

    def get(self, request: HttpRequest) -> FileResponse:
        filtered = TaskFilter(request.GET, queryset=listed_tasks(self.actor), actor=self.actor)
        if filtered.is_bound and not filtered.is_valid():
            raise BadInput(_("The filter cannot be read. Go back to the list and choose again."))
        return handed_out(task_book(shown(list(filtered.qs[: MOST_IN_BOOK + 1]), today()), today()))
