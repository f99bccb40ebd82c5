"""The way in: sign-in page, demo accounts, the choice of hat, people without a role."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.models import Membership, MembershipQuerySet, User
from accounts.passwords import DEMO_PASSWORD
from portal.errors import NotFound
from portal.http import HAT_KEY


class SignInView(LoginView):  # type: ignore[misc]  # allauth carries no types
    """allauth's sign-in; in the demo with the accounts to try."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_hats"] = _offered().select_related("user", "unit", "programme").order_by("user_id", "pk")
            context["demo_password"] = DEMO_PASSWORD
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 400
        return response


@method_decorator(never_cache, name="dispatch")
class SignUpClosedView(View):
    """Somebody looks for the way to sign up: accounts come by invitation."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "account/signup_closed.html")


class DemoLoginView(View):
    """One click into a demo account; the address does not exist outside the demo."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise NotFound
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        hat = _hat(request.POST.get("membership", ""), _offered())
        if request.user.is_authenticated:
            request.session.flush()
        response: HttpResponse = perform_login(request, hat.user)
        request.session[HAT_KEY] = hat.pk
        return response


class HatView(LoginRequiredMixin, View):
    """Put on another hat and go to its desk: the page one was on may not be for the new hat at all."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMixin
        hat = _hat(request.POST.get("membership", ""), Membership.objects.current().filter(user=request.user))
        request.session[HAT_KEY] = hat.pk
        return redirect("desk")


class NoRoleView(LoginRequiredMixin, View):
    """Signed in, but no unit has given this person a role at present."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "actor", None) is not None:
            return redirect("desk")
        return render(request, "staff/no_role.html")


def _offered() -> MembershipQuerySet:
    """Demo accounts with a password: the others only stand for the offices around them."""
    hats = Membership.objects.current().filter(user__is_demo=True)
    return hats.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)


def _hat(value: str, among: MembershipQuerySet) -> Membership:
    try:
        uid = uuid.UUID(value)
    except ValueError as error:
        raise NotFound from error
    hat: Membership | None = among.filter(uid=uid).select_related("user").first()
    if hat is None:
        raise NotFound
    return hat
