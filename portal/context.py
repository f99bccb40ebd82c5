"""What the frame around every page needs."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from accounts.models import Membership
from portal.errors import type_text
from records.models import Notice


class Item(NamedTuple):
    """One entry of the main navigation; templates unpack it."""

    url: str
    label: str
    icon: str
    active: bool
    waiting: int = 0


ENTRIES: tuple[tuple[str, type_text, str, str], ...] = (
    # url name, label, icon, action
    ("desk", gettext_lazy("Desk"), "desk", "desk.view"),
    ("reporting:reports", gettext_lazy("Reports"), "report", "report.view"),
    ("reporting:copies", gettext_lazy("Copies"), "report", "copy.view"),
    ("reporting:overview", gettext_lazy("Overview"), "overview", "cycle.view"),
    ("pilots:pilots", gettext_lazy("Pilot areas"), "pilot", "pilot.view"),
    ("pilots:programmes", gettext_lazy("Programmes"), "programme", "programme.view"),
    ("history", gettext_lazy("History"), "history", "history.view"),
    ("staff:people", gettext_lazy("People"), "people", "people.view"),
    ("operations", gettext_lazy("Operations"), "settings", "operations.view"),
)


def navigation(request: HttpRequest, actor: Actor) -> list[Item]:
    here = request.path
    items = []
    for name, label, icon, action in ENTRIES:
        if actor.can(action):
            url = reverse(name)
            active = here == url if url == "/" else here.startswith(url)
            items.append(Item(url, str(label), icon, active))
    return items


def frame(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    context: dict[str, Any] = {"portal_demo": settings.DEMO, "hat": actor.hat if actor else None}
    if actor is None:
        return {**context, "hats": [], "navigation": [], "unread_notices": 0}
    return {
        **context,
        "hats": Membership.objects.current().filter(user=actor.user).select_related("unit", "programme"),
        "navigation": navigation(request, actor),
        "unread_notices": Notice.objects.filter(user=actor.user, read_at__isnull=True).count(),
    }
