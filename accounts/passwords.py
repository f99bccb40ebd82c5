"""Password rules of our own."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEMO_PASSWORD = "portal-demo-2026"  # noqa: S105 - shown on the sign-in page of the demo, refused in production


class NoDemoPassword:
    """Nobody chooses the demo password outside the demo."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if not settings.DEMO and password == DEMO_PASSWORD:
            raise ValidationError(_("This is the password of the demo. Choose another one."), code="demo")

    def get_help_text(self) -> str:
        return _("It must not be the password of the demo.")
