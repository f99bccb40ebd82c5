"""What the pages about one report share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from portal.errors import Finding, NotFound
from portal.http import PortalView
from records.words import act_words, as_timeline
from records.workflow import Transition
from reporting.date_acts import DateAct, with_extensions
from reporting.models import Report
from reporting.reading import events_of
from reporting.workflow import REPORT, available

ACT_PAGES = frozenset({"return", "recall", "reopen", "withdraw", "submit"})
"""Acts that show their consequence on a page of their own even though no reason is compulsory."""

DANGEROUS = frozenset({"return", "refuse_recall", "send_back"})


class ReportView(PortalView):
    """A page about one report, found within the actor's reach."""

    action = "report.view"

    def report_or_404(self, uid: uuid.UUID) -> Report:
        rows: Any = REPORT.rows().visible_to(self.actor, self.action).filter(uid=uid)
        report: Report | None = with_extensions(rows).first()
        if report is None:
            raise NotFound
        return report

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Report.objects.visible_to(actor, cls.action)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


def report_url(report: Report) -> str:
    return reverse("reporting:report", args=[report.uid])


def crumbs(report: Report, *more: tuple[str, str]) -> list[tuple[str, str]]:
    trail = [(reverse("reporting:reports"), _("Reports")), (report_url(report), str(report.title))]
    return [*trail, *more] if more else [trail[0], ("", trail[1][1])]


def problem_links(findings: Iterable[Finding], report: Report) -> list[tuple[str, str]]:
    """Findings as links to the sections and figures they are about, for the list at the top of a page."""
    return [(_place_of(f.target, report), str(f.message)) for f in findings]


def _place_of(target: str, report: Report) -> str:
    """The anchor of a section, or the address of a row in the grid of figures or among what is declared."""
    kind, _colon, key = target.partition(":")
    if kind == "declared":
        return f"{reverse('reporting:declared', args=[report.uid])}#{key}"
    if kind != "figures":
        return f"section-{target}" if target else ""
    place = key.partition(":")[0]
    return f"{reverse('reporting:figures', args=[report.uid])}?place={place}#figure:{key}"


def act_buttons(report: Report, actor: Actor, about_date: Iterable[DateAct] = ()) -> dict[str, Any]:
    """What a page draws its bar of acts from: `primary`, `acts`, and `posts`, those that need no page of their own."""
    buttons = [(t, _button(report, t)) for t in available(report, actor)]
    primary = next((b for t, b in buttons if t.primary), None)
    return {
        "primary": primary,
        "acts": [*(_date_button(report, act) for act in about_date), *(b for _t, b in buttons if b is not primary)],
        "posts": [b for t, b in buttons if "transition" in b],
    }


def _button(report: Report, transition: Transition) -> dict[str, Any]:
    words = {
        "label": act_words(transition),
        "danger": transition.name in DANGEROUS,
    }
    if transition.needs_comment or transition.name in ACT_PAGES:
        return {**words, "url": reverse("reporting:act", args=[report.uid, transition.name])}
    return {**words, "form": f"act-{transition.name}", "transition": transition.name}


def _date_button(report: Report, act: DateAct) -> dict[str, Any]:
    label = str(act.label)
    return {"label": label[:1].upper() + label[1:], "url": reverse(act.page, args=[report.uid])}


def history(report: Report, actor: Actor) -> list[dict[str, Any]]:
    """What happened to a report, newest first, as far as the reader may know."""
    return as_timeline(events_of(report, actor).order_by("-at", "-id"))
