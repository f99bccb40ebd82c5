"""A plan as a workbook: taken out, filled in elsewhere, checked and brought back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.models import Plan
from plans.plan_books import plan_book
from plans.plan_upload import Upload
from plans.services.workbook import bring_in
from plans.tree import EDIT, reach_plan
from plans.views.answers import handed_out
from plans.views.plans import OnePlan, trail
from portal.errors import BadInput, NotFound, PortalError
from records.importing.forms import content_of


class WorkbookFileView(OnePlan):
    """The workbook itself, for whoever writes the plan."""

    action = EDIT

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponseBase:
        return handed_out(plan_book(reach_plan(uid, self.actor, EDIT)))


class WorkbookView(OnePlan):
    """A workbook comes back: every bad cell is named, what would change is shown, and all of it stored or nothing."""

    action = EDIT

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self._page(request, reach_plan(uid, self.actor, EDIT))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor, EDIT)
        try:
            file = request.FILES.get("file")
            if file is None:
                raise BadInput(_("Choose the workbook first."))
            store = request.POST.get("act") == "store"
            upload = bring_in(plan.uid, file.name or "", content_of(file), store=store, by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            return self._page(request, plan, error=error)
        if not upload.stored:
            return self._page(request, plan, upload)
        count = len(upload.changes)
        messages.success(request, ngettext("%(count)d row stored.", "%(count)d rows stored.", count) % {"count": count})
        return redirect("plans:plan", uid=plan.uid)

    def _page(
        self, request: HttpRequest, plan: Plan, upload: Upload | None = None, error: PortalError | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "plan": plan,
            "tab": "workbook",
            "crumbs": [*trail(plan), ("", _("Workbook"))],
            "upload": upload,
            "error": error,
            "file_url": reverse("plans:workbook-file", args=[plan.uid]),
        }
        status = error.status if error else (400 if upload and upload.bad else 200)
        response = render(request, "plans/workbook.html", context, status=status)
        add_never_cache_headers(response)
        return response
