"""How mail comes to oneself, and the daily digest as its reader sees it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.models import MailRhythm
from portal.http import PortalView
from records import preferences
from records.forms import PreferencesForm
from records.models import Digest


class PreferencesView(PortalView):
    action = "preferences.set"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PreferencesForm(initial={"mail_rhythm": self.actor.user.mail_rhythm}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PreferencesForm(request.POST)
        if not form.is_valid():
            return self._page(form, 400)
        person = preferences.set_preferences(form.filled(), by=self.actor)
        if person.mail_rhythm == MailRhythm.DAILY:
            messages.success(request, _("From now on one mail a day comes with everything."))
        else:
            messages.success(request, _("From now on a mail comes at once for each notice."))
        return redirect("preferences")

    def _page(self, form: PreferencesForm, status: int = 200) -> HttpResponse:
        user = self.actor.user
        context = {
            "form": form,
            "address": user.email,
            "is_daily": user.mail_rhythm == MailRhythm.DAILY,
            "coming": preferences.next_digest(user),
            "past": preferences.past_digests(user),
        }
        return render(self.request, "records/preferences.html", context, status=status)


class DigestPreviewView(PortalView):
    """What the next digest would hold if it were sent now."""

    action = "preferences.set"

    def get(self, request: HttpRequest) -> HttpResponse:
        coming = preferences.next_digest(self.actor.user)
        context = {"letter": coming.letter, "day": coming.day, "address": self.actor.user.email}
        return render(request, "records/digest.html", {**context, "crumbs": _crumbs(_("Next digest"))})


class DigestView(PortalView):
    """A digest of one's own that was sent."""

    action = "preferences.set"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        digest = preferences.own_digest(uid, by=self.actor)
        context = {
            "letter": preferences.letter_of_digest(digest),
            "digest": digest,
            "day": digest.day,
            "address": self.actor.user.email,
            "crumbs": _crumbs(_("Digest")),
        }
        return render(request, "records/digest.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and Digest.objects.filter(user=actor.user, uid=named["uid"]).exists()


def _crumbs(last: str) -> list[tuple[str, Any]]:
    return [(reverse("preferences"), _("Mail")), ("", last)]
