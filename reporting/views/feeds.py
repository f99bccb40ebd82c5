"""Calendar subscriptions: one's own, making and revoking one, and what a calendar program fetches."""

from __future__ import annotations

import hashlib
import time
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views import View

from portal.errors import NotFound, TooMany
from portal.http import ActPage, PortalView, counted, page_of
from reporting.due_calendar import default_scope
from reporting.forms.reports import FeedForm
from reporting.ics import calendar_text, shown
from reporting.models import CalendarFeed, DueScope
from reporting.services import feeds

PAGE = 50
WINDOW = 60
ASKS_A_MINUTE = 30
FAILURES_A_MINUTE = 100
FRESH_FOR = 300
"""Seconds for which a calendar program need not ask again."""


class FeedsView(PortalView):
    """One's own subscriptions, under whatever hat they were made."""

    action = "feed.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(feeds.own(self.actor), request, PAGE)
        context = {"page_obj": page, "crumbs": [_trail()[0], ("", _("Calendar subscriptions"))]}
        return render(request, "reporting/feeds.html", context)


class FeedAct(ActPage):
    action = "feed.manage"

    def back(self) -> str:
        return reverse("reporting:feeds")

    def trail(self) -> list[tuple[str, Any]]:
        return _trail()


class FeedMakeView(FeedAct):
    """The address is in the answer to the form, and nowhere after that."""

    def prepare(self, **named: Any) -> None:
        """It is about the hat worn."""

    def form(self, data: Any = None) -> FeedForm:
        return FeedForm(data, initial={"scope": default_scope(self.actor), "once": uuid.uuid4()})

    def words(self) -> tuple[str, str]:
        return _("Subscribe to due dates"), _("Make the address")

    def consequence(self) -> str:
        return _("It shows what %(role)s of %(unit)s may see. Choose another role at the top of the page first.") % {
            "role": self.actor.hat.get_role_display(),
            "unit": self.actor.unit.name,
        }

    def act(self, given: dict[str, Any]) -> HttpResponse:
        data = feeds.FeedInput(given["name"], given["scope"])
        made = feeds.create_once(data, given["once"] or uuid.uuid4(), by=self.actor)
        if made is None:  # the page was reloaded, or the button pressed twice
            text = _("This form was sent before. If the address got lost, revoke it and make another.")
            messages.warning(self.request, text)
            return redirect("reporting:feeds")
        crumbs = [*self.trail(), ("", _("Address made"))]
        context = {"feed": made.feed, "address": feeds.address_of(made.text), "crumbs": crumbs}
        response = render(self.request, "reporting/feed_made.html", context, status=201)
        add_never_cache_headers(response)
        return response


class FeedRevokeView(FeedAct):
    danger = True
    feed: CalendarFeed

    def prepare(self, **named: Any) -> None:
        self.feed = feeds.seen(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        return forms.Form(data)

    def act(self, given: dict[str, Any]) -> str:
        feeds.revoke(self.feed.uid, by=self.actor)
        return _("The subscription “%(name)s” is revoked.") % {"name": self.feed.name}

    def words(self) -> tuple[str, str]:
        return _("Revoke the subscription “%(name)s”") % {"name": self.feed.name}, _("Revoke")

    def consequence(self) -> str:
        return _("Calendar programs that use its address find nothing from now on. It cannot be made valid again.")


class FeedView(View):
    """What a calendar program fetches: no session, the address is the key. Whatever does not open it answers 404."""

    http_method_names = ("get", "head")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not feeds.TEXT.fullmatch(token):  # a guess at no secret, so not counted as one
            raise NotFound
        address = str(request.META.get("REMOTE_ADDR", ""))
        _not_too_often(f"calendar-failed:{address}", FAILURES_A_MINUTE, is_one=False)
        feed = feeds.recognise(token)
        if feed is None:
            _not_too_often(f"calendar-failed:{address}", FAILURES_A_MINUTE, is_one=True)
            raise NotFound
        _not_too_often(f"calendar:{feed.prefix}", ASKS_A_MINUTE, is_one=True)
        feeds.note_use(feed, address, timezone.now())
        with translation.override(feed.language or settings.LANGUAGE_CODE):
            text = calendar_text(shown(feeds.reader_of(feed), feed.scope), DueScope(feed.scope), feed.hat.unit.name)
        response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        response["ETag"] = etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        response["Content-Disposition"] = 'inline; filename="due.ics"'
        patch_cache_control(response, private=True, max_age=FRESH_FOR)
        found = get_conditional_response(request, etag=etag, response=response)
        return found if isinstance(found, HttpResponse) else response


def _not_too_often(what: str, most: int, *, is_one: bool) -> None:
    """Refuse with 429 who asked too often in this minute. `is_one`: this is one more of what is counted."""
    now = int(time.time())
    key = f"{what}:{now // WINDOW}"
    if counted(key, WINDOW, one_more=is_one) > most:
        seconds = WINDOW - now % WINDOW
        raise TooMany(_("Too many requests. Wait %(seconds)d seconds.") % {"seconds": seconds})


def _trail() -> list[tuple[str, Any]]:
    return [
        (reverse("reporting:dues"), _("Due dates")),
        (reverse("reporting:feeds"), _("Calendar subscriptions")),
    ]
