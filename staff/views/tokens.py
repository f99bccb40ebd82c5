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
from portal.http import ActPage, PortalView, page_of
from staff.forms import ReasonForm, TokenForm
from staff.services import tokens

PAGE = 50


class TokensView(PortalView):
    """One's own tokens, under whatever hat they were made."""

    action = "token.manage"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = page_of(tokens.own(self.actor), request, PAGE)
        return render(request, "staff/tokens.html", {"page_obj": page})


class TokenAct(ActPage):
    action = "token.manage"

    def back(self) -> str:
        return reverse("tokens")

    def trail(self) -> list[tuple[str, Any]]:
        return [(self.back(), _("API tokens"))]


class TokenMakeView(TokenAct):
    """The token is in the answer to the form, and nowhere after that: sent again, the form makes no other one."""

    def prepare(self, **named: Any) -> None:
        """It is about the hat worn."""

    def form(self, data: Any = None) -> TokenForm:
        return TokenForm(data, hat=self.actor.hat)

    def words(self) -> tuple[str, str]:
        return _("Make an API token"), _("Make the token")

    def consequence(self) -> str:
        return _("It works as %(role)s of %(unit)s. Choose another role at the top of the page first if need be.") % {
            "role": self.actor.hat.get_role_display(),
            "unit": self.actor.unit.name,
        }

    def act(self, given: dict[str, Any]) -> HttpResponse:
        data = tokens.TokenInput(given["name"], tuple(given["scopes"]), given["days"])
        made = tokens.create_once(data, given["once"] or uuid.uuid4(), by=self.actor)
        if made is None:  # the page was reloaded, or the button pressed twice
            text = _("This form was sent before. If the token got lost, revoke it and make another.")
            messages.warning(self.request, text)
            return redirect("tokens")
        crumbs = [*self.trail(), ("", _("Token made"))]
        context = {"token": made.token, "text": made.text, "crumbs": crumbs}
        response = render(self.request, "staff/token_made.html", context, status=201)
        add_never_cache_headers(response)
        return response


class TokenRevokeView(TokenAct):
    """One's own without a reason; somebody else's with one, which they are told."""

    danger = True
    token: ApiToken

    def prepare(self, **named: Any) -> None:
        self.token = tokens.seen(named["uid"], self.actor)

    @property
    def is_own(self) -> bool:
        return self.token.hat.user_id == self.actor.user.pk

    def form(self, data: Any = None) -> forms.Form:
        return forms.Form(data) if self.is_own else ReasonForm(data)

    def words(self) -> tuple[str, str]:
        return _("Revoke the token “%(name)s”") % {"name": self.token.name}, _("Revoke")

    def consequence(self) -> str:
        text = _("Whatever uses it is refused from now on. It cannot be made valid again; %(person)s is told.")
        return text % {"person": self.token.hat.user.name}

    def act(self, given: dict[str, Any]) -> str:
        tokens.revoke(tokens.RevocationInput(self.token.uid, given.get("reason", "")), by=self.actor)
        return _("The token “%(name)s” is revoked.") % {"name": self.token.name}

    def back(self) -> str:
        return super().back() if self.is_own else reverse("staff:unit", args=[self.token.hat.unit.uid])
