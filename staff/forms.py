"""The shapes of what administrators enter. Forms only fill the services' dataclasses."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Actor
from accounts.models import Membership
from staff import rules
from staff.services.memberships import LONGEST_MAIL, LONGEST_NAME
from units.models import Programme, Unit


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the history and told to the person."),
    )


class RoleForm(forms.Form):
    """The programmes and roles a person may give, and no others."""

    programme = forms.ChoiceField(label=_("Programme"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Actor, at: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = [by.programme] if by.programme else Programme.objects.all()
        self._choices("programme", [(p.code, p.name) for p in programmes])
        self._choices("role", [(role.value, role.label) for role in rules.grantable_at(at, by)])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("Mail address"),
        max_length=LONGEST_MAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("The invitation goes there. Somebody already registered only gets the role, and a notice."),
    )
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("Stored encrypted; shown only when asked for, and every look is written down."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("email", "name", "phone", "role", "programme", "language")


class RoleWithReasonForm(RoleForm):
    """A role with the reason it is given for: moving, reactivating."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the history and told to the person."),
    )
    field_order: tuple[str, ...] = ("role", "programme", "reason")


class MoveForm(RoleWithReasonForm):
    """To another role; the system administrator may choose another unit too."""

    unit = forms.ChoiceField(label=_("Unit"))
    field_order: tuple[str, ...] = ("unit", "role", "programme", "reason")

    def __init__(self, *args: Any, units: list[tuple[str, str]], membership: Membership, **kwargs: Any) -> None:
        programme = membership.programme
        initial = {
            "unit": str(membership.unit.uid),
            "role": membership.role,
            "programme": programme.code if programme else "",
        }
        super().__init__(*args, at=membership.unit, initial=initial, **kwargs)
        self._choices("unit", units)


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("Digits, blanks and hyphens. Leave it empty to remove the number."),
    )


class ExemptionForm(forms.Form):
    programme = forms.ChoiceField(label=_("Programme"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=rules.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the history, where auditors read it."),
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = [by.programme] if by.programme else Programme.objects.all()
        field = self.fields["programme"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(p.code, p.name) for p in programmes]


class UnitSearchForm(forms.Form):
    """Which units to show; everything is optional, so that a mistyped address still shows a list."""

    q = forms.CharField(label=_("Unit"), max_length=100, required=False)
    administrators = forms.ChoiceField(
        label=_("Administrator"),
        required=False,
        choices=[("", _("all")), ("with", _("appointed")), ("without", pgettext_lazy("administrator", "missing"))],
    )


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """allauth's, with the portal's word for the address; a placeholder would only say the label again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields["login"])
        self.fields["password"].widget.attrs.pop("placeholder", None)


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields["email"])


def _in_our_words(field: forms.Field) -> None:
    field.label = _("Mail address")
    field.widget.attrs.pop("placeholder", None)
