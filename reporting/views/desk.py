"""The desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from indicators.models import Supplement, SupplementStatus
from pilots.reachability import refused_mail, vacancies
from plans.models import PlanStatus
from plans.models import Task as PlanTask
from plans.waiting import Matter, Waiting
from portal.http import PortalView
from records.models import Notice
from records.topics import words
from reporting.desk import OWN, RECEIVED, Task, desk
from reporting.models import Extension, ExtensionStatus, Report, ReportStatus, ReportVersion
from reporting.views.base import report_url
from units.calendar import today


def _item(report: Report, **more: Any) -> dict[str, Any]:
    """One line; a note about more time stands before what else is noted."""
    tone = "urgent" if report.is_overdue else ""
    return {
        "title": report.title,
        "url": report_url(report),
        "unit": "",
        "due": {
            "due_on": report.due.due_on,
            "due_time": report.due.due_time,
            "days_left": report.due.days_left,
            "is_today": report.due.is_today,
            "is_overdue": report.is_overdue,
            "days_late": report.days_late,
        }
        if report.is_owed
        else None,
        "state": report.state,
        "tone": tone,
        **more,
    }


def _task(task: Task, **more: Any) -> dict[str, Any]:
    report = task.report
    writes = report.status in {ReportStatus.DRAFT, ReportStatus.RETURNED}
    url = reverse("reporting:edit", args=[report.uid]) if writes else report_url(report)
    if task.extension is not None:
        url = reverse("reporting:extension", args=[task.extension.uid])
        asked = {"day": task.extension.asked_due_on, "reason": task.extension.reason}
        more["note"] = _("Asks for time until %(day)s: %(reason)s") % asked
    return _item(report, button=task.button, button_url=url, **more)


def _answer(asked: Extension | None) -> dict[str, str]:
    """What became of one's own request, for the note of a line; nothing where there was none."""
    if asked is None or asked.status == ExtensionStatus.WITHDRAWN:
        return {}
    words = {"day": asked.granted_due_on or asked.asked_due_on, "comment": asked.comment}
    said = {
        ExtensionStatus.REQUESTED: _("More time asked for, until %(day)s"),
        ExtensionStatus.GRANTED: _("More time given, until %(day)s"),
        ExtensionStatus.REFUSED: _("More time refused: %(comment)s"),
    }[ExtensionStatus(asked.status)]
    return {"note": said % words}


def _returned(task: Task) -> dict[str, Any]:
    version = task.report.versions.order_by("-number").first()
    return {**_task(task), "tone": "returned", "note": version.comment if version else ""}


class DeskView(PortalView):
    action = "desk.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = desk(self.actor)
        notices = Notice.objects.filter(user=self.actor.user, read_at__isnull=True)[:6]
        back = [row for row in mine.beside if row.status == SupplementStatus.RETURNED]
        beside = [row for row in mine.beside if row not in back]
        plans = [(row.status == PlanStatus.RETURNED, _matter(row)) for row in mine.matters]
        context = {
            "todo": [
                *(_task(task, **_answer(mine.asked.get(task.report.due_id))) for task in mine.todo),
                *(_beside(row, self.actor) for row in beside),
                *(line for is_back, line in plans if not is_back),
                *map(_late, mine.late),
            ],
            "returned": [
                *map(_returned, mine.returned),
                *(_beside(row, self.actor) for row in back),
                *(line for is_back, line in plans if is_back),
            ],
            "waiting": [_waiting(r, mine.asked.get(r.due_id)) for r in mine.waiting],
            "coming": [_item(r) for r in mine.coming],
            "notices": [(n, words(n.topic, n.params)) for n in notices],
            "copies": _newest_copies(self.actor),
            "empty": _nothing_to_do(self.actor),
            "desk": mine,
            "unreached": _unreached(self.actor),
        }
        return render(request, "reporting/desk.html", context)


BESIDE = {
    SupplementStatus.SIGNING: gettext_lazy("Read and sign"),
    SupplementStatus.SUBMITTED: gettext_lazy("Review"),
}
"""The word on the button for figures beside the reports; elsewhere they are to be filled in."""


def _beside(row: Supplement, actor: Actor) -> dict[str, Any]:
    """One line of figures beside the reports."""
    status = SupplementStatus(row.status)
    is_back = status == SupplementStatus.RETURNED
    page = "indicators:supplement-edit" if row.is_editable else "indicators:supplement"
    return {
        "title": row.title,
        "url": reverse("indicators:supplement", args=[row.uid]),
        "unit": f"{row.pilot_area} · {row.unit}" if row.unit_id != actor.hat.unit_id else str(row.pilot_area),
        "note": row.comment if is_back else "",
        "state": row.status,
        "tone": "returned" if is_back else "",
        "button": BESIDE.get(status, _("Fill in")),
        "button_url": reverse(page, args=[row.uid]),
    }


MATTERS = {
    PlanStatus.DRAFT: gettext_lazy("Write"),
    PlanStatus.RETURNED: gettext_lazy("Correct and send again"),
    PlanStatus.SIGNING: gettext_lazy("Read and sign"),
    PlanStatus.SUBMITTED: gettext_lazy("Review"),
}
"""The word on the button for what waits in plans: they all share these states."""
PAGES = {
    Matter.PLAN: "plans:plan",
    Matter.CHANGE: "plans:change",
    Matter.GUIDED: "plans:guided-plan",
    Matter.ANNUAL: "plans:annual-plan",
}


def _matter(row: Waiting) -> dict[str, Any]:
    """One line of a plan, a request to change one, an implementation or action plan, a department's year."""
    return {
        "title": row.title,
        "url": reverse(PAGES[row.kind], args=[row.uid]),
        "unit": f"{row.pilot_area} · {row.kind.label}",
        "state": row.status,
        "tone": "returned" if row.status == PlanStatus.RETURNED else "",
        "button": MATTERS[PlanStatus(row.status)],
    }


def _late(task: PlanTask) -> dict[str, Any]:
    """One line of a task that is late."""
    finish = task.finish_by or today()
    return {
        "title": str(task),
        "url": reverse("plans:task", args=[task.uid]),
        "unit": str(task.plan.pilot_area),
        "note": str(task.parent) if task.parent else "",
        "due": {
            "due_on": finish,
            "due_time": None,
            "days_left": None,
            "is_today": False,
            "is_overdue": True,
            "days_late": (today() - finish).days,
        },
        "tone": "urgent",
        "button": _("Say how far it is"),
        "button_url": reverse("plans:task-progress", args=[task.uid]),
    }


def _waiting(report: Report, asked: Extension | None) -> dict[str, Any]:
    """Who has it now, and what became of more time."""
    here = _("With %(unit)s") % {"unit": _where(report)}
    answer = _answer(asked).get("note", "")
    return _item(report, note=f"{here} · {answer}" if answer else here)


def _unreached(actor: Actor) -> list[str]:
    """For whoever administers a unit: who there is not reached by mail, and where nobody writes or signs."""
    if not actor.can("people.manage"):
        return []
    refused = [_("Mail does not reach %(name)s.") % {"name": row.user} for row in refused_mail([actor.unit])]
    return [*(vacancy.words for vacancy in vacancies(actor.unit)), *refused]


NEWEST_COPIES = 5


def _newest_copies(actor: Actor) -> list[ReportVersion] | None:
    """What came in last for who reads copies; None for the others."""
    if not actor.can("copy.view"):
        return None
    rows = ReportVersion.objects.visible_to(actor, "copy.view").copied().order_by("-decided_at", "-id")
    needed = ("report__due__unit", "report__due__cycle__programme", "report__due__pilot_area")
    return list(rows.select_related(*needed)[:NEWEST_COPIES])


def _nothing_to_do(actor: Actor) -> dict[str, str]:
    """What an empty desk says: what this role is for, and where its work is."""
    if actor.can("people.manage"):
        text = _("Your work is the people and their roles: invite them, move them, end what has ended.")
        return {"text": text, "url": reverse("staff:people"), "link": _("People")}
    if actor.can("copy.view"):
        text = _("You read the compiled reports that were accepted. The newest stand below.")
        return {"text": text, "url": "", "link": ""}
    if actor.hat.role in OWN or actor.hat.role in RECEIVED:
        text = _(
            "Reports to write, to sign or to review appear here as soon as it is your turn, the most urgent first."
        )
        return {"text": text, "url": "", "link": ""}
    text = _("In this role you read along and nothing is asked of you. The overview shows who has reported.")
    return {"text": text, "url": reverse("reporting:overview"), "link": _("Overview")}


def _where(report: Report) -> str:
    """Who has it now."""
    if report.status == ReportStatus.SIGNING:
        return _("the lead of your unit")
    if report.status in {ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.SIGNED}:
        return _("the drafter of your unit")
    return report.due.receiver.name
