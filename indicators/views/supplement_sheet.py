"""Choosing the rows of figures beside the reports, and filling them in: plain forms."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.access import Actor
from indicators import figure_words
from indicators.forms.supplements import PastPeriodForm, RowForm
from indicators.models import Part, Supplement
from indicators.rows_typed import as_text
from indicators.services.supplements import (
    FilledRow,
    RowInput,
    choose_rows,
    must_be_editable,
    save_rows,
    why_not_past,
)
from indicators.supplements import Choice, Row, choices_of, rows_shown, unsettled
from indicators.views.supplements import in_words, trail, url_of
from portal.errors import NotFound, PortalError, Stale, WrongState
from portal.http import PortalView
from units.calendar import today

TAKE = "take"


class SheetView(PortalView):
    """A page about the rows of one supplement, for who may write in it."""

    action = "supplement.edit"
    supplement: Supplement

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Supplement.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()

    def closed(self, uid: uuid.UUID) -> HttpResponse | None:
        """Where it cannot be written in now: the way to its page, with the reason."""
        try:
            self.supplement = must_be_editable(uid, self.actor)
        except WrongState as error:
            messages.info(self.request, str(error))
            return redirect("indicators:supplement", uid=uid)
        return None


class SupplementRowsView(SheetView):
    """Which figures of which period; those without a final figure are ticked at first."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.closed(uid) or self.page(request)

    def page(self, request: HttpRequest, error: PortalError | None = None) -> HttpResponse:
        year, part, form = self.period(request)
        why = why_not_past(year, part, today()) if form.is_valid() else _("Choose a period that is over.")
        choices = [] if why else choices_of(self.supplement, year, part)
        is_new = not any(choice.is_chosen for choice in choices)
        context = {
            "supplement": self.supplement,
            "form": form,
            "why": why,
            "error": error,
            "period": {"year": year, "part": part},
            "rows": [_choice(choice, is_new=is_new) for choice in choices],
            "years": unsettled(self.supplement.pilot_area, today()),
            "crumbs": [*trail(self.supplement), ("", _("Choose figures"))],
            "edit_url": reverse("indicators:supplement-edit", args=[self.supplement.uid]),
        }
        status = error.status if error else 400 if why and form.is_bound and "year" in request.GET else 200
        return render(request, "indicators/supplement_rows.html", context, status=status)

    @staticmethod
    def period(request: HttpRequest) -> tuple[int, str, PastPeriodForm]:
        """The period asked for; the last whole year where none is."""
        asked = request.POST if request.method == "POST" else request.GET
        given = {"year": asked.get("year", str(today().year - 1)), "part": asked.get("part", "") or Part.YEAR.value}
        form = PastPeriodForm(given)
        if not form.is_valid():
            return today().year - 1, Part.YEAR.value, form
        return form.cleaned_data["year"], form.cleaned_data["part"], form

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """What is ticked is taken in; what was ticked when the page was drawn, and is not now, is taken out."""
        if closed := self.closed(uid):
            return closed
        ticked, before = set(request.POST.getlist("rows")), set(request.POST.getlist("had"))
        try:
            add, remove = (_rows_of(keys) for keys in (ticked - before, before - ticked))
            choose_rows(uid, add=add, remove=remove, by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            return self.page(request, error)
        return redirect("indicators:supplement-edit", uid=uid)


def _choice(choice: Choice, *, is_new: bool) -> dict[str, Any]:
    """A row to tick: what is on record, and whether it is ticked."""
    record = choice.on_record
    stated = figure_words.figure(record, choice.asked.version) if record is not None else ""
    ticked = choice.is_chosen or (is_new and not choice.is_settled)
    return {"choice": choice, "asked": choice.asked, "record": record, "stated": stated, "is_ticked": ticked}


def _rows_of(keys: set[str]) -> list[RowInput]:
    """The keys of ticked rows, as far as they are keys."""
    rows = []
    for key in sorted(keys):
        parts = key.split(":")
        try:
            division, code, year, part = uuid.UUID(parts[0]), parts[1], int(parts[2]), parts[3]
        except (ValueError, IndexError):
            raise NotFound from None
        rows.append(RowInput(division, code, year, part))
    return rows


class SupplementEditView(SheetView):
    """All chosen rows as one plain form; a refusal comes back with everything as it was typed."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if closed := self.closed(uid):
            return closed
        rows = rows_shown(self.supplement)
        if not rows:
            return redirect("indicators:supplement-rows", uid=uid)
        return self.page(request, [RowForm(row) for row in rows])

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        if closed := self.closed(uid):
            return closed
        forms = [RowForm(row, request.POST) for row in rows_shown(self.supplement)]
        forms = [form if form.is_posted else RowForm(form.row) for form in forms]
        posted = [form for form in forms if form.is_posted]
        if not all(form.is_valid() for form in posted):
            return self.page(request, forms, status=400)
        try:
            save_rows(uid, [taken(form.filled(), form.row, request.POST.get(TAKE, "")) for form in posted],
                      by=self.actor)  # fmt: skip
        except NotFound:
            raise
        except PortalError as error:
            return self._refused(request, forms, error)
        messages.success(request, _("Saved."))
        return redirect("indicators:supplement-edit", uid=uid)

    def _refused(self, request: HttpRequest, forms: Sequence[RowForm], error: PortalError) -> HttpResponse:
        by_key = {form.row.key: form for form in forms}
        rest = []
        for finding in error.findings:
            key, _colon, name = finding.target.removeprefix("figure:").rpartition(":")
            form = by_key.get(key)
            if form is not None and form.is_posted:
                form.add_error(name if name in form.fields else None, str(finding.message))
            else:
                rest.append(str(finding.message))
        if isinstance(error, Stale):
            forms = [_with_theirs(by_key, form, error) for form in forms]
        return self.page(request, forms, status=error.status, error=error, rest=rest)

    def page(
        self,
        request: HttpRequest,
        forms: Sequence[RowForm],
        *,
        status: int = 200,
        error: PortalError | None = None,
        rest: Sequence[str] = (),
    ) -> HttpResponse:
        context = {
            "supplement": self.supplement,
            "lines": [_line(form) for form in forms],
            "problems": [] if isinstance(error, Stale) else [*_problems(forms), *(("", text) for text in rest)],
            "error": error,
            "crumbs": [*trail(self.supplement), ("", _("Fill in"))],
            "rows_url": reverse("indicators:supplement-rows", args=[self.supplement.uid]),
            "done_url": url_of(self.supplement),
        }
        response = render(request, "indicators/supplement_edit.html", context, status=status)
        add_never_cache_headers(response)
        return response


def taken(filled: FilledRow, row: Row, pressed: str) -> FilledRow:
    """The row with the offer whose button was pressed, if it is one of this row's; else as it was typed."""
    key, _bar, uid = pressed.rpartition("|")
    offer = next((offer for offer in row.offers if str(offer.uid) == uid), None)
    if key != row.key or offer is None:
        return filled
    texts: dict[str, Any] = dict(offer.as_typed)
    if not row.version.is_rate:
        texts |= {"numerator": "", "denominator": "", "value": texts["value"] or as_text(offer.value) or ""}
    return replace(filled, figure=replace(filled.figure, **texts, measure="", answers={}))


def _with_theirs(by_key: dict[str, RowForm], form: RowForm, error: Stale) -> RowForm:
    """What somebody else stored meanwhile is said at the row; saving once more replaces it knowingly."""
    theirs = next((row for row in error.extra["rows"] if row["key"] == form.row.key), None)
    if theirs is None:
        return form
    typed: Any = form.data
    data = typed.copy()
    data[form.add_prefix("revision")] = theirs["revision"]
    again = RowForm(form.row, data)
    again.is_valid()
    stored = in_words(form.row, form.row.figure) or "—"
    said = _("%(who)s has stored: %(value)s. Saved again, yours replaces it.")
    again.add_error(None, said % {"who": theirs["theirs_by"], "value": stored})
    return again


def _problems(forms: Sequence[RowForm]) -> list[tuple[str, str]]:
    """What is wrong in which cell, with the way there."""
    return [
        (form[name].id_for_label if name in form.fields else "", f"{form.row.version.name} · {message}")
        for form in forms
        for name, found in form.errors.items()
        for message in found
    ]


def _line(form: RowForm) -> dict[str, Any]:
    """One row with its cells by name, offers in words, and what the checks say."""
    row = form.row
    cells = {name: form[name] for name in form.fields if not name.startswith("answer-")}
    return {
        "form": form,
        "row": row,
        "figure": row.figure,
        "cell": cells,
        "on_record": in_words(row, row.on_record) if row.on_record else "",
        "offers": [(offer, in_words(row, offer)) for offer in row.offers],
        "checks": form.checks(),
    }
