"""Shape of input on the pages about who answers for a task."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.duties import offices_for, people_for
from plans.models import Task, Tier
from plans.services.duties import LONGEST_NAME, LONGEST_POST, DutyInput, Holder

ALL, GAPS = "", "gaps"


class MatrixForm(forms.Form):
    """Which rows of the matrix: all, or those with gaps, of one tier."""

    show = forms.ChoiceField(label=_("rows"), choices=((ALL, _("all rows")), (GAPS, _("gaps only"))), required=False)
    tier = forms.ChoiceField(label=_("gaps in"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["tier"]
        field.choices = [("", gettext("any tier")), *Tier.choices]

    def wanted(self) -> dict[str, Any]:
        """As the matrix takes it; what cannot be read shows all rows."""
        given = self.cleaned_data if self.is_valid() else {}
        return {"gaps_only": given.get("show") == GAPS, "tier": given.get("tier") or ""}


class DutyForm(forms.Form):
    """One more who answers: chosen from the register or the accounts, or by name."""

    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices)
    unit = forms.ChoiceField(
        label=_("Office (of departments)"), required=False,
        help_text=_("Its people find the task among theirs. Not in the list: give its name below."),
    )  # fmt: skip
    person = forms.ChoiceField(
        label=_("Person with an account (of leaders and responsible persons)"), required=False,
        help_text=_("They are told now, and reminded later. Without an account: give the name below."),
    )  # fmt: skip
    name = forms.CharField(label=_("Or by name"), max_length=LONGEST_NAME, required=False)
    post = forms.CharField(label=_("Post"), max_length=LONGEST_POST, required=False)

    def __init__(self, data: Any = None, *, task: Task, tier: str = "") -> None:
        super().__init__(data, initial={"tier": tier or Tier.PERSON})
        nobody = ("", "—")
        offices: Any = self.fields["unit"]
        offices.choices = [nobody, *((str(unit.uid), unit.name) for unit in offices_for(task.plan))]
        people: Any = self.fields["person"]
        people.choices = [nobody, *((str(one.uid), one.name) for one in people_for(task.plan))]

    def given(self) -> DutyInput:
        """As the service takes it. What belongs to the other kind of tier is passed on, for the service to say so."""
        given = self.cleaned_data
        holder = Holder(_uid(given["unit"]), _uid(given["person"]), given["name"], given["post"])
        return DutyInput(given["tier"], holder)


def _uid(text: str) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


class ReleaseForm(forms.Form):
    """Nothing to fill in."""
