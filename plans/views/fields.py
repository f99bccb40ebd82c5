"""Pages about fields of work (N5): what each batch has, and keeping those of batches that could not be sourced."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pilots.models import Batch
from plans.forms.plans import FieldForm
from plans.models import TaskField
from plans.services.fields import KEEP, add_field, change_field, keeps
from plans.tree import VIEW, field_batches
from portal.errors import NotFound, Stale
from portal.http import ActPage, PortalView


def home() -> str:
    return reverse("plans:fields")


class FieldsView(PortalView):
    action = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = list(field_batches(self.actor))
        batches = Batch.objects.filter(programme=self.actor.hat.programme_id).select_related("programme")
        context = {
            "batches": [(batch, *self._of(batch, rows)) for batch in batches.order_by("number")],
            "crumbs": [(reverse("plans:plans"), _("Plans")), ("", _("Fields of work"))],
        }
        return render(request, "plans/fields.html", context)

    def _of(self, batch: Batch, rows: list[TaskField]) -> tuple[list[TaskField], bool]:
        """The batch's fields, and whether the reader keeps them."""
        found = [row for row in rows if row.batch_id == batch.pk]
        return found, keeps(batch, self.actor) and all(row.is_open for row in found)


class FieldAct(ActPage):
    action = KEEP
    filled: FieldForm

    def consequence(self) -> str:
        return _("What names no document is marked as not verified wherever it is shown.")

    def back(self) -> str:
        return home()

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("plans:plans"), _("Plans")), (home(), _("Fields of work"))]


class FieldAddView(FieldAct):
    batch: Batch

    def prepare(self, **named: Any) -> None:
        rows = Batch.objects.filter(programme=self.actor.hat.programme_id).select_related("programme")
        batch = rows.filter(number=named["number"]).first()
        if batch is None or not keeps(batch, self.actor):
            raise NotFound
        self.batch = batch

    def form(self, data: Any = None) -> Form:
        self.filled = FieldForm(data)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        field = add_field(self.batch, given["code"], self.filled.given(), by=self.actor)
        return _("Added: %(task)s.") % {"task": field}

    def words(self) -> tuple[str, str]:
        return _("Add a field of work to %(batch)s") % {"batch": self.batch.name}, _("Add")


class FieldChangeView(FieldAct):
    revision = "version"
    field: TaskField

    def prepare(self, **named: Any) -> None:
        found = field_batches(self.actor).filter(uid=named["uid"]).first()
        if found is None or not keeps(found.batch, self.actor):
            raise NotFound
        self.field = found

    def form(self, data: Any = None) -> Form:
        self.filled = FieldForm(data, field=self.field)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        change_field(self.field.uid, self.filled.given(), given["version"], by=self.actor)
        return _("The field of work is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        fields = self.filled.fields
        return [(fields[name].label, text) for name, text in error.extra["theirs"].items() if name in fields and text]

    def words(self) -> tuple[str, str]:
        return _("Change the field of work “%(name)s”") % {"name": self.field.name}, _("Save")
