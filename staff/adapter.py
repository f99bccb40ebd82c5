"""allauth's seams: nobody signs up by themselves; mail goes out by the outbox; sign-ins are events."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import check_for_language

from accounts.models import Membership, User
from staff.services import signing_in


def origin_of(request: HttpRequest) -> str:
    """Where a request comes from, as portal/middleware.py found it."""
    return str(getattr(request, "origin", ""))


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation of a unit administrator (N8: people are named by their office)."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """axes counts failures by address and by the name typed, which it looks for under the field's name."""
        named = {**credentials, settings.AXES_USERNAME_FORM_FIELD: credentials.get("email", "")}
        user: User | None = super().authenticate(request, **named)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        signing_in.note_failure(credentials.get("email", ""), origin_of(request))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        signing_in.note("sign_in", user, origin_of(request))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language and check_for_language(user.language):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                path=settings.LANGUAGE_COOKIE_PATH,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        return response

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            signing_in.note("sign_out", request.user, origin_of(request))
        super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        signing_in.note("set_password", user, origin_of(self.request))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk; who holds no role at present is told whom to ask."""
        has_role = Membership.objects.current().filter(user_id=request.user.pk or 0).exists()
        return reverse("desk" if has_role else "staff:no-role")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        path = urlsplit(context["password_reset_url"]).path
        signing_in.send_reset_link(user, path, origin_of(self.request))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every mail of ours has its words in records/topics.py and goes by the outbox."""
        raise ImproperlyConfigured(f"allauth wants to send {template_prefix!r}; the portal has no such mail.")
