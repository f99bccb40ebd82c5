"""A person's own notices."""

from __future__ import annotations

import uuid
from functools import partial
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.http import HAT_KEY, PortalView, page_of
from records import services, topics
from records.models import Notice

PAGE = 50


class NoticesView(PortalView):
    action = "desk.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        notices = Notice.objects.filter(user=self.actor.user).select_related("programme")
        page = page_of(notices, request, PAGE)
        rows = [(notice, topics.words(notice.topic, notice.params)) for notice in page]
        return render(request, "records/notices.html", {"page_obj": page, "rows": rows})


class NoticeReadView(PortalView):
    """Read one, and when asked to go to where it points: under a hat that finds it there."""

    action = "desk.view"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        notice = services.mark_read(uid, by=self.actor)
        if not notice.path or "open" not in request.POST:
            return redirect("notices")
        hat = services.hat_for(notice, by=self.actor, finds=partial(_finds, notice.path))
        if hat is None:
            messages.info(request, _("Where this notice leads is no longer open to you under any of your roles."))
            return redirect("notices")
        if hat != self.actor.hat:
            request.session[HAT_KEY] = hat.pk
            messages.info(
                request,
                _("You now work as %(unit)s · %(role)s: this notice is for that role.")
                % {"unit": hat.unit, "role": hat.get_role_display()},
            )
        return redirect(notice.path)


def _finds(path: str, actor: Actor) -> bool:
    """Whether the page at a path of the portal is there for this person under this hat."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return False
    view = getattr(match.func, "view_class", None)
    if view is None or not issubclass(view, PortalView):
        return True
    page: type[PortalView] = view
    return page.within_reach(actor, **match.kwargs)


class NoticesReadView(PortalView):
    action = "desk.view"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        count = services.mark_all_read(by=self.actor)
        text = ngettext("%(number)d notice marked as read.", "%(number)d notices marked as read.", count)
        messages.success(request, text % {"number": count})
        return redirect("notices")
