"""The shapes of what administrators enter. Forms only fill the services' dataclasses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Membership, User
from staff import rules
from staff.announcements import LONGEST_NAME as LONGEST_OCCASION
from staff.announcements import LONGEST_TEXT
from staff.services import tokens
from staff.services.memberships import LONGEST_MAIL, LONGEST_NAME
from staff.services.working_days import LONGEST_SOURCE
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
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


class AddressForm(ReasonForm):
    email = forms.EmailField(label=_("Mail address"), max_length=LONGEST_MAIL)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    field_order = ("email", "reason")


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


class TokenForm(forms.Form):
    """What a token is for. Only scopes that the hat worn can give are offered, each with what it opens.

    `once` marks this form, so that sending it again makes no second token.
    """

    once = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(
        label=_("What it is for"),
        max_length=tokens.LONGEST_NAME,
        help_text=_("The system that will use it, for example: statistics desk, nightly transfer."),
    )
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(
        label=_("Valid for how many days"),
        min_value=1,
        max_value=tokens.LONGEST_LIFE,
        initial=tokens.USUAL_LIFE,
        help_text=_("At most a year. You are told two weeks before it ends."),
    )

    def __init__(self, *args: Any, hat: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (offer.scope.value, f"{offer.scope.label}: {'; '.join(str(act) for act in offer.acts)}")
            for offer in tokens.offered(hat)
        ]


class HandOverForm(forms.Form):
    """Which roles go to whom. The service says what does not fit together."""

    memberships = forms.MultipleChoiceField(label=_("Roles to hand over"), widget=forms.CheckboxSelectMultiple)
    successor = forms.ChoiceField(
        label=_("Successor"),
        required=False,
        help_text=_("Somebody of the unit. Leave it empty to invite somebody below."),
    )
    email = forms.EmailField(
        label=_("Mail address of somebody who is invited"),
        max_length=LONGEST_MAIL,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("Stored encrypted; shown only when asked for, and every look is written down."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=rules.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the pack: what the successor should know. It is kept in the history and told to both."),
    )
    deactivate = forms.BooleanField(
        label=_("Deactivate the person as well"),
        required=False,
        help_text=_("Every role you administer ends. If none is left elsewhere, the account is closed."),
    )

    def __init__(self, *args: Any, hats: Sequence[Membership], colleagues: Iterable[User], **kwargs: Any) -> None:
        first = [hat for hat in hats if hat.programme_id == hats[0].programme_id]
        kwargs["initial"] = {"memberships": [str(hat.uid) for hat in first]}
        super().__init__(*args, **kwargs)
        self._choices("memberships", [(str(hat.uid), f"{hat.get_role_display()} · {hat.programme}") for hat in hats])
        self._choices("successor", [("", "—"), *((str(person.uid), person.name) for person in colleagues)])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices


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


class AnnouncementForm(forms.Form):
    """A year's days off and make-up days, as the notice lists them."""

    lines = forms.CharField(
        label=_("Announced days"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": "2027-02-05 至 2027-02-11 休 春节"}),
        help_text=_(
            "One line for each span: the days, then 休 (off) or 班 (made up), then the occasion. For example "
            "“2027-02-05 至 2027-02-11 休 春节” or “2027-02-20 班 春节”."
        ),
    )
    source = forms.CharField(
        label=_("Source"), max_length=LONGEST_SOURCE, help_text=_("The notice, with its number and date.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class DaysForm(forms.Form):
    """Days that are not what the calendar says so far."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day, where there are several on end."),
    )
    is_working = forms.ChoiceField(label=_("It is"), choices=[("off", _("a day off")), ("work", _("a working day"))])
    name = forms.CharField(label=_("Occasion"), max_length=LONGEST_OCCASION, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=LONGEST_SOURCE, help_text=_("Which decision says so, and why.")
    )
