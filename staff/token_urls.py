"""Pages about API tokens, under /tokens/."""

from __future__ import annotations

from django.urls import path

from staff.views import tokens

urlpatterns = [
    path("", tokens.TokensView.as_view(), name="tokens"),
    path("make/", tokens.TokenMakeView.as_view(), name="token-make"),
    path("<uuid:uid>/revoke/", tokens.TokenRevokeView.as_view(), name="token-revoke"),
]
