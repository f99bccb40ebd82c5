"""What the frame around every page needs."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.access import Actor
from portal.errors import type_text
from portal.http import PortalView
from records.models import Notice


class Item(NamedTuple):
    """One entry of the main navigation; templates unpack it."""

    url: str
    label: str
    icon: str
    active: bool
    waiting: int = 0
    begins_group: bool = False


ENTRIES: tuple[tuple[str, type_text, str], ...] = (
    # url name, label, icon; first the work, then what is on record, then who keeps the house
    ("desk", gettext_lazy("Desk"), "desk"),
    ("reporting:reports", gettext_lazy("Reports"), "report"),
    ("plans:plans", gettext_lazy("Plans"), "programme"),
    ("plans:tasks", gettext_lazy("Tasks"), "task"),
    ("plans:progress", pgettext_lazy("task", "Progress"), "overview"),
    ("reporting:dues", gettext_lazy("Due dates"), "calendar"),
    ("reporting:copies", gettext_lazy("Copies"), "report"),
    ("indicators:supplements", gettext_lazy("Figures beside the reports"), "report"),
    ("reporting:overview", gettext_lazy("Overview"), "overview"),
    ("dashboards:overview", gettext_lazy("Dashboard"), "indicator"),
    ("pilots:pilots", gettext_lazy("Pilot areas"), "pilot"),
    ("pilots:contacts", gettext_lazy("Contacts"), "user"),
    ("indicators:catalogue", gettext_lazy("Indicators"), "indicator"),
    ("indicators:rollups", gettext_lazy("Roll-ups"), "compile"),
    ("pilots:programmes", gettext_lazy("Programmes"), "programme"),
    ("pilots:documents", gettext_lazy("Documents"), "circular"),
    ("reporting:dates", gettext_lazy("Dates and reminders"), "bell"),
    ("working-days", gettext_lazy("Working calendar"), "task"),
    ("staff:people", gettext_lazy("People"), "people"),
    ("imports", gettext_lazy("Imports"), "download"),
    ("jobs", gettext_lazy("Long jobs"), "compile"),
    ("webhooks", gettext_lazy("Webhooks"), "external"),
    ("history", gettext_lazy("History"), "history"),
    ("operations", gettext_lazy("Operations"), "settings"),
)
GROUPS = ({"pilots:pilots", "pilots:contacts", "indicators:catalogue", "indicators:rollups", "pilots:programmes",
           "pilots:documents", "reporting:dates", "working-days"},
          {"staff:people", "imports", "jobs", "webhooks", "history", "operations"})  # fmt: skip
"""The entries that stand together under a line; those in no group come first."""


def navigation(request: HttpRequest, actor: Actor) -> list[Item]:
    items: list[Item] = []
    before = -1
    for name, label, icon in menu_of(actor):
        url = reverse(name)
        group = next((number for number, names in enumerate(GROUPS) if name in names), -1)
        begins = group != before and bool(items)
        items.append(Item(url, str(label), icon, _is_here(request.path, url), begins_group=begins))
        before = group
    return items


def menu_of(actor: Actor) -> list[tuple[str, type_text, str]]:
    """The entries of the menu this person may open."""
    return [entry for entry in ENTRIES if _page(entry[0]).within_reach(actor)]


@cache
def _page(name: str) -> type[PortalView]:
    """The view behind an entry: it says itself who finds it."""
    view: type[PortalView] = resolve(reverse(name)).func.view_class  # type: ignore[attr-defined]
    return view


def _is_here(path: str, url: str) -> bool:
    """The contacts of a pilot area have its address, but are found under Contacts."""
    if "/contacts/" in path and path.startswith("/pilots/"):
        return url == "/contacts/"
    return path == url if url == "/" else path.startswith(url)


def frame(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    context: dict[str, Any] = {"portal_demo": settings.DEMO, "hat": actor.hat if actor else None}
    if actor is None:
        return {**context, "hats": [], "navigation": [], "unread_notices": 0}
    return {
        **context,
        "hats": getattr(request, "hats", []),
        "navigation": navigation(request, actor),
        "unread_notices": Notice.objects.filter(user=actor.user, read_at__isnull=True).count(),
    }
