"""What a report declares, as one plain form: answers to red lines, accounts of commitments, commitments anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from reporting.declared import Declared
from reporting.models import LONGEST_COMMITMENT, CommitmentOutcome, RedLineAnswer
from reporting.services.declaring import (
    LONGEST_ACCOUNT,
    MOST_COMMITMENTS,
    CommitmentInput,
    DeclaredInput,
    OutcomeInput,
    RedLineInput,
)

SPARE = 3
"""Empty rows for further commitments."""


class DeclaredForm(forms.Form):
    """Fields are named as the service names what it refuses: `red-<code>`, `line-<uid>`, `commitment-<number>`."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, found: Declared, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = found
        self.fields["revision"].initial = found.revision
        for row in found.red_lines:
            self._answer(row.anchor, row.name, RedLineAnswer.choices, (row.answer, row.explanation))
        for told in found.outcomes:
            self._answer(told.anchor, told.commitment.text, CommitmentOutcome.choices, (told.outcome, told.account))
        for number in range(self._rows()):
            self._commitment(number)

    def _answer(self, name: str, label: str, choices: Any, said: tuple[str, str]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, required=False, initial=said[0], widget=forms.RadioSelect
        )
        self.fields[f"{name}-words"] = forms.CharField(
            label=_("In a sentence"),
            required=False,
            initial=said[1],
            max_length=LONGEST_ACCOUNT,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def _rows(self) -> int:
        """As many as are stored and a few empty ones; of a form that was sent as many as it had."""
        needed = len(self.found.commitments) + SPARE
        while needed < MOST_COMMITMENTS and f"commitment-{needed}" in self.data:
            needed += 1
        return min(needed, MOST_COMMITMENTS)

    def _commitment(self, number: int) -> None:
        stored = self.found.commitments[number] if number < len(self.found.commitments) else None
        name = f"commitment-{number}"
        self.fields[name] = forms.CharField(
            label=_("Commitment %(number)d") % {"number": number + 1},
            required=False,
            max_length=LONGEST_COMMITMENT,
            initial=stored.text if stored else "",
            widget=forms.Textarea(attrs={"rows": 1}),
        )
        self.fields[f"{name}-by"] = forms.DateField(
            label=_("By"),
            required=False,
            initial=stored.due_on if stored else None,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields[f"{name}-line"] = forms.UUIDField(
            required=False, initial=stored.line if stored else None, widget=forms.HiddenInput
        )

    def red_lines(self) -> Iterator[dict[str, Any]]:
        """Rows for the template."""
        for row in self.found.red_lines:
            yield {"row": row, "answer": self[row.anchor], "words": self[f"{row.anchor}-words"]}

    def outcomes(self) -> Iterator[dict[str, Any]]:
        for row in self.found.outcomes:
            yield {"row": row, "answer": self[row.anchor], "words": self[f"{row.anchor}-words"]}

    def commitments(self) -> Iterator[dict[str, Any]]:
        for number in range(self._rows()):
            name = f"commitment-{number}"
            yield {"text": self[name], "by": self[f"{name}-by"], "line": self[f"{name}-line"]}

    def data_in(self) -> DeclaredInput:
        """What the service takes, of a form that is valid."""
        said = self.cleaned_data
        return DeclaredInput(
            revision=said["revision"],
            red_lines=[
                RedLineInput(row.code, said[row.anchor], said[f"{row.anchor}-words"]) for row in self.found.red_lines
            ],
            outcomes=[
                OutcomeInput(row.line, said[row.anchor], said[f"{row.anchor}-words"]) for row in self.found.outcomes
            ],
            commitments=[self._given(number) for number in range(self._rows())],
        )

    def _given(self, number: int) -> CommitmentInput:
        said, name = self.cleaned_data, f"commitment-{number}"
        line: uuid.UUID | None = said[f"{name}-line"]
        return CommitmentInput(said[name], said[f"{name}-by"], line if said[name] else None)
