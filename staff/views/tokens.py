"""API tokens: one's own, making one, revoking one of one's own or of one's unit."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from accounts.models import ApiToken
from portal.errors import NotFound, PortalError
from portal.http import PortalView, page_of, put_errors
from staff.forms import ReasonForm, TokenForm
from staff.services import tokens

PAGE = 50


class TokensView(PortalView):
    """One's own tokens, under whatever hat they were made."""

    action = "token.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(tokens.own(self.actor), request, PAGE)
        return render(request, "staff/tokens.html", {"page_obj": page})


class TokenMakeView(PortalView):
    """The token is in the answer to the form, and nowhere after that: sent again, the form makes no other one."""

    action = "token.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(TokenForm(hat=self.actor.hat))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST, hat=self.actor.hat)
        if not form.is_valid():
            return self.page(form, status=400)
        given = form.cleaned_data
        data = tokens.TokenInput(given["name"], tuple(given["scopes"]), given["days"])
        try:
            made = tokens.create_once(data, given["once"] or uuid.uuid4(), by=self.actor)
        except PortalError as error:
            put_errors(error, form)
            return self.page(form, status=error.status)
        if made is None:  # the page was reloaded, or the button pressed twice
            text = _("This form was sent before. If the token got lost, revoke it and make another.")
            messages.warning(request, text)
            return redirect("tokens")
        context = {"token": made.token, "text": made.text, "crumbs": _crumbs(_("Token made"))}
        response = render(request, "staff/token_made.html", context, status=201)
        add_never_cache_headers(response)
        return response

    def page(self, form: TokenForm, status: int = 200) -> HttpResponse:
        title = _("Make an API token")
        consequence = _(
            "It works as %(role)s of %(unit)s. Choose another role at the top of the page first if need be."
        )
        context = {
            "form": form,
            "title": title,
            "button": _("Make the token"),
            "consequence": consequence % {"role": self.actor.hat.get_role_display(), "unit": self.actor.unit.name},
            "back_url": reverse("tokens"),
            "crumbs": _crumbs(title),
        }
        return render(self.request, "staff/act.html", context, status=status)


class TokenRevokeView(PortalView):
    """One's own without a reason; somebody else's with one, which they are told."""

    action = "token.manage"
    token: ApiToken

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.token = tokens.seen(uid, self.actor)
        return self.page(self.form())

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        self.token = tokens.seen(uid, self.actor)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, status=400)
        try:
            tokens.revoke(tokens.RevocationInput(uid, form.cleaned_data.get("reason", "")), by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            put_errors(error, form)
            return self.page(form, status=error.status)
        messages.success(request, _("The token “%(name)s” is revoked.") % {"name": self.token.name})
        return redirect(self.back())

    @property
    def is_own(self) -> bool:
        return self.token.hat.user_id == self.actor.user.pk

    def form(self, data: Any = None) -> forms.Form:
        return forms.Form(data) if self.is_own else ReasonForm(data)

    def back(self) -> str:
        return reverse("tokens") if self.is_own else reverse("staff:unit", args=[self.token.hat.unit.uid])

    def page(self, form: forms.Form, status: int = 200) -> HttpResponse:
        names = {"name": self.token.name, "person": self.token.hat.user.name}
        title = _("Revoke the token “%(name)s”") % names
        context = {
            "form": form,
            "title": title,
            "button": _("Revoke"),
            "consequence": _(
                "Whatever uses it is refused from now on. It cannot be made valid again; %(person)s is told."
            )
            % names,
            "danger": True,
            "back_url": self.back(),
            "crumbs": [(self.back(), _("API tokens")), ("", title)],
        }
        return render(self.request, "staff/act.html", context, status=status)


def _crumbs(here: str) -> list[tuple[str, Any]]:
    return [(reverse("tokens"), _("API tokens")), ("", here)]
