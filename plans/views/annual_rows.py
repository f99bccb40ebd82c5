"""Filling in an annual plan: one table, one button; works without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from plans.annual import EDIT, YearLine, lines_of, not_taken_in
from plans.annual_drawing import Drawn
from plans.forms.years import YearRowForm
from plans.models import AnnualPlan
from plans.services.annual import editable, save_rows
from plans.views.annual import OneAnnual, annual_trail, url_of
from portal.errors import BadInput, PortalError, Stale, WrongState


class AnnualEditView(OneAnnual):
    action = EDIT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except WrongState as error:
            messages.warning(request, str(error))
            return redirect("plans:annual-plan", kwargs["uid"])

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = editable(uid, self.actor, lock=False)
        return self._page(row, _forms(row))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        row = editable(uid, self.actor, lock=False)
        forms = _forms(row, request.POST)
        if [form for form in forms if not form.is_valid()]:  # each is asked: each shows what is wrong with it
            return self._page(row, forms, status=400)
        rows = [given for form in forms if (given := form.given()) is not None]
        try:
            save_rows(uid, rows, by=self.actor)
        except (BadInput, Stale) as error:
            return self._page(row, _refused(row, forms, request.POST.copy(), error), error)
        messages.success(request, _("The annual plan is saved."))
        return redirect(url_of(row))

    def _page(
        self, row: AnnualPlan, forms: Sequence[YearRowForm], error: PortalError | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "row": row,
            "forms": forms,
            "error": str(error) if error else "",
            "is_refused": status != 200 or error is not None,
            "done_url": url_of(row),
            "crumbs": [*annual_trail(row), ("", _("Fill in"))],
        }
        return render(self.request, "plans/annual_edit.html", context, status=error.status if error else status)


def _forms(row: AnnualPlan, data: Any = None) -> list[YearRowForm]:
    """The tasks that are in, then those that can come in."""
    lines: list[YearLine | Drawn] = [*lines_of(row), *not_taken_in(row)]
    return [YearRowForm(line, data) for line in lines]


def _refused(row: AnnualPlan, forms: Sequence[YearRowForm], data: Any, error: PortalError) -> list[YearRowForm]:
    """The forms as typed, each refusal at its cell. After a conflict they hold the newest revisions."""
    conflicts = {found["task"]: found for found in error.extra.get("rows", ())}
    for task, found in conflicts.items():
        data[f"{task}-revision"] = found["revision"]
    again = _forms(row, data) if conflicts else list(forms)
    for form in again:
        form.is_valid()
        if theirs := conflicts.get(str(form.task.uid)):
            words = {"text": theirs.get("requirement", ""), "percent": theirs.get("percent", "")}
            form.add_error("requirement", _("Stored meanwhile: %(text)s (%(percent)s %%)") % words)
    by_task = {str(form.task.uid): form for form in again}
    for finding in error.findings:
        task, _colon, name = finding.target.partition(":")
        if task in by_task:
            form = by_task[task]
            form.add_error(name if name in form.fields else None, str(finding.message))
    return again
