"""Pages about figures beside the reports: the list, beginning one, one of them, what may be done with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from indicators import figure_words
from indicators.filters.supplements import SupplementFilter
from indicators.forms.supplements import BeginForm, SupplementActForm
from indicators.models import Supplement, SupplementStatus
from indicators.services.supplements import Purpose, SupplementInput, begin, pilots_for
from indicators.supplement_workflow import SUPPLEMENT, available, perform
from indicators.supplements import Row, events_of, listed_for, reach_supplement, rows_shown, shows_rows
from portal.errors import NotFound
from portal.http import ActPage, PortalView, listed
from records.words import act_words, as_timeline
from records.workflow import Request, Transition
from units.calendar import office_day

PAGE = 20
S = SupplementStatus
CHIPS = {
    S.DRAFT: ("idle", "✎"), S.SIGNING: ("warn", "?"), S.SUBMITTED: ("warn", "→"), S.RETURNED: ("bad", "↩"),
    S.ACCEPTED: ("good", "●"), S.OFFERED: ("good", "◇"), S.WITHDRAWN: ("idle", "·"),
}  # fmt: skip
"""Tone and sign of each state."""
DANGEROUS = frozenset({"discard", "send_back", "recall", "return", "withdraw"})


def home() -> str:
    return reverse("indicators:supplements")


def url_of(supplement: Supplement) -> str:
    return reverse("indicators:supplement", args=[supplement.uid])


def trail(supplement: Supplement) -> list[tuple[str, Any]]:
    return [(home(), _("Figures beside the reports")), (url_of(supplement), supplement.title)]


class SupplementsView(PortalView):
    action = "figure.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = listed(SupplementFilter(request.GET, queryset=listed_for(self.actor), actor=self.actor), request, PAGE)
        result = ngettext("%(count)d entry", "%(count)d entries", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(row, CHIPS[S(row.status)]) for row in found.page],
            "result": result if found.is_valid else "",
            "may_begin": any(pilots_for(self.actor, purpose).exists() for purpose in Purpose),
        }
        return render(request, "indicators/supplements.html", context, status=found.status)


class SupplementNewView(ActPage):
    """Begin one for a pilot area of one's own unit, or one in which one's place lies."""

    action = "supplement.edit"
    begun: Supplement | None = None
    filled: BeginForm

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and any(pilots_for(actor, purpose).exists() for purpose in Purpose)

    def prepare(self, **named: Any) -> None:
        self.offered = {"final": list(pilots_for(self.actor, Purpose.FINAL)),
                        "shared": list(pilots_for(self.actor, Purpose.SHARED))}  # fmt: skip
        if not any(self.offered.values()):
            raise NotFound

    def form(self, data: Any = None) -> Form:
        self.filled = BeginForm(data, **self.offered)
        return self.filled

    def act(self, given: dict[str, Any]) -> str:
        purpose, pilot = self.filled.chosen()
        self.begun = begin(SupplementInput(purpose, pilot, given["title"], given["reason"]), by=self.actor)
        return _("Begun. Choose the figures you want to give.")

    def words(self) -> tuple[str, str]:
        return _("Give figures beside the reports"), _("Begin")

    def consequence(self) -> str:
        return _(
            "Figures that came later go to whoever receives your reports; the reports themselves stay as they are. "
            "Figures for others to use are offered where the same figures are filled in."
        )

    def back(self) -> str:
        return home() if self.begun is None else reverse("indicators:supplement-rows", args=[self.begun.uid])

    def trail(self) -> list[tuple[str, Any]]:
        return [(home(), _("Figures beside the reports"))]


class OneSupplement(PortalView):
    """What the pages about one share: it is found within the reader's reach."""

    action = "figure.view"
    supplement: Supplement

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Supplement.objects.visible_to(actor, "figure.view")
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class SupplementView(OneSupplement):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        supplement = reach_supplement(uid, self.actor)
        acts = available(supplement, self.actor)
        buttons = [(act, _button(supplement, act)) for act in acts]
        primary = next((button for act, button in buttons if act.primary), None)
        is_shown = shows_rows(supplement, self.actor)
        context = {
            "supplement": supplement,
            "chip": CHIPS[S(supplement.status)],
            "facts": _facts(supplement),
            "rows": [shown(row) for row in rows_shown(supplement)] if is_shown else [],
            "is_shown": is_shown,
            "may_edit": any(act.name == "send_for_signing" for act in acts),
            "events": as_timeline(events_of(supplement, self.actor)),
            "primary": primary,
            "acts": [button for _act, button in buttons if button is not primary],
            "crumbs": [trail(supplement)[0], ("", supplement.title)],
        }
        return render(request, "indicators/supplement.html", context)


def shown(row: Row) -> dict[str, Any]:
    """One row in words: a number with its unit, or why there is none."""
    figure = row.figure
    parts = ""
    if row.version.is_rate and figure.numerator is not None and figure.denominator is not None:
        parts = f"{figure_words.as_given(figure.numerator)} / {figure_words.as_given(figure.denominator)}"
    return {
        "row": row,
        "figure": figure,
        "value": in_words(row, figure),
        "parts": parts,
        "is_number": figure.value is not None,
        "on_record": in_words(row, row.on_record) if row.on_record else "",
    }


def in_words(row: Row, figure: Any) -> str:
    """A number as it was given, with its unit; a rate, which is worked out, with the indicator's decimals."""
    return figure_words.figure(figure, row.version, exact=not row.version.is_rate)


def _button(supplement: Supplement, act: Transition) -> dict[str, Any]:
    url = reverse("indicators:supplement-act", args=[supplement.uid, act.name])
    return {"label": act_words(act), "url": url, "danger": act.name in DANGEROUS}


def _facts(supplement: Supplement) -> list[dict[str, Any]]:
    """Whose figures, for whom, why; who signed and what was decided."""
    pilot = supplement.pilot_area
    facts = [
        {"label": _("Purpose"), "value": supplement.get_purpose_display()},
        {"label": _("Pilot area"), "value": pilot.name, "url": reverse("reporting:pilot", args=[pilot.uid])},
        {"label": _("Given by"), "value": supplement.unit.name},
        {"label": _("For"), "value": supplement.receiver.name},
    ]
    if supplement.reason:
        facts.append({"label": _("Why these come now"), "value": supplement.reason})
    if supplement.submitted_by and supplement.submitted_at:
        facts.append({"label": _("Signed"), "value": _by(supplement.submitted_by, supplement.submitted_at)})
    if supplement.decided_by and supplement.decided_at:
        decided = _by(supplement.decided_by, supplement.decided_at)
        facts.append({"label": supplement.get_status_display(), "value": decided, "note": supplement.comment})
    if supplement.seal:
        facts.append({"label": _("Fingerprint"), "value": f"{supplement.seal.sha256[:16]}…"})
    return facts


def _by(who: Any, at: Any) -> str:
    return _("%(who)s on %(day)s") % {"who": who.name, "day": office_day(at)}


class SupplementActView(OneSupplement, ActPage):
    """One act. The table says who may; whoever may not now is shown where it stands."""

    template = "indicators/supplement_act.html"
    transition: Transition

    def prepare(self, **named: Any) -> None:
        self.supplement = reach_supplement(named["uid"], self.actor)
        self.transition = SUPPLEMENT[named["name"]]
        self.danger = self.transition.name in DANGEROUS

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.prepare(**named)
        if self.transition.name not in {act.name for act in available(self.supplement, self.actor)}:
            return redirect(self.back())
        return self.page(self.form())

    def form(self, data: Any = None) -> Form:
        return SupplementActForm(data, transition=self.transition, version=self.supplement.version)

    def more(self) -> dict[str, Any]:
        return {"facts": _facts(self.supplement)}

    def act(self, given: dict[str, Any]) -> str:
        wanted = Request(self.transition.name, given["comment"], given["version"])
        done = perform(self.supplement, wanted, by=self.actor)
        return _("The figures are now “%(state)s”.") % {"state": done.get_status_display()}

    def words(self) -> tuple[str, str]:
        label = act_words(self.transition)
        return _("%(act)s: %(figures)s") % {"act": label, "figures": self.supplement.title}, label

    def consequence(self) -> str:
        return str(self.transition.hint)

    def back(self) -> str:
        return url_of(self.supplement)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.supplement)
