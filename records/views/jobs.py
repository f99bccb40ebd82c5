"""Pages of long jobs: one's own, how far one is, cancel, try again."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor, Reach, units_for
from portal.errors import NotFound, PortalError
from portal.http import PortalView, listed
from records.jobs import acts_for, asking, kind_named
from records.jobs.filters import JobFilter
from records.models import Job, JobState

PAGE = 50
CHIPS = {
    JobState.WAITING: ("idle", "…"),
    JobState.RUNNING: ("busy", "▸"),
    JobState.DONE: ("good", "✓"),
    JobState.FAILED: ("bad", "!"),
    JobState.CANCELLED: ("idle", "–"),
}


class JobsView(PortalView):
    action = asking.ACTION

    def get(self, request: HttpRequest) -> HttpResponse:
        found = listed(JobFilter(request.GET, queryset=asking.jobs_of(self.actor)), request, PAGE)
        result = ngettext("%(number)d job", "%(number)d jobs", found.count) % {"number": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [_shown(job) for job in found.page],
            "all_people": Reach.EVERYWHERE in units_for(self.actor, self.action),
            "result": result if found.is_valid else "",
            "reset_url": reverse("jobs") if request.GET else "",
        }
        return render(request, "records/jobs.html", context, status=found.status)


class JobView(PortalView):
    """How far one is. The page looks again by itself as long as it is open."""

    action = asking.ACTION

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return Job.objects.visible_to(actor, cls.action).filter(uid=named["uid"]).exists()

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        job = asking.job_or_404(uid, self.actor)
        kind = kind_named(job.kind)
        context = {
            **_shown(job),
            "acts": acts_for(job, self.actor),
            "is_open": job.state in (JobState.WAITING, JobState.RUNNING),
            "outcome": kind.words(job.result) if kind and kind.words and job.state == JobState.DONE else "",
            "again": job.tried_again.first(),
            "crumbs": [(reverse("jobs"), _("Long jobs")), ("", job.label)],
        }
        return render(request, "records/job.html", context)


class JobActView(PortalView):
    """Cancel, try again: straight from a button."""

    action = asking.ACTION
    http_method_names = ("post",)

    def post(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        job = asking.job_or_404(uid, self.actor)
        try:
            now = asking.perform(job, name, self.actor)
        except NotFound:
            raise
        except PortalError as error:
            messages.error(request, str(error))
            return redirect("job", job.uid)
        return redirect("job", now.uid)


def _shown(job: Job) -> dict[str, Any]:
    kind = kind_named(job.kind)
    return {"job": job, "chip": CHIPS[job.state], "kind_label": kind.label if kind else job.kind}
