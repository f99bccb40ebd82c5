"""Shape of input on the pages of the records: one form for all of them, made from each record's description."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilots.models import Clause
from plans.ledger_reading import typed
from plans.ledger_rules import LONGEST_TEXT
from plans.ledgers import Column, Kind, Ledger
from plans.models import Entry, Plan
from plans.services.ledgers import EntryInput

MOST_VERSIONS = 10**9 - 1
NOTHING = ("", "—")


def field_for(ledger: Ledger, column: Column) -> forms.Field:
    """The field of a column. What is typed goes to the service as text: it says what cannot be read."""
    words: dict[str, Any] = {"label": ledger.label(column), "required": column.required, "help_text": column.help}
    if column.kind == Kind.CHOICE:
        choices = list(ledger.field(column).flatchoices)
        return forms.ChoiceField(choices=choices if column.required else [NOTHING, *choices], **words)
    if column.kind == Kind.TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_TEXT, **words)
    if column.kind == Kind.LINE:
        return forms.CharField(max_length=ledger.field(column).max_length, **words)
    attrs = {"type": "date"} if column.kind == Kind.DAY else {"inputmode": "decimal", "class": "num"}
    return forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}), max_length=40, **words)


class EntryForm(forms.Form):
    """One row, and where it is taken from."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS, initial=0)

    def __init__(self, data: Any = None, *, ledger: Ledger, plan: Plan, entry: Entry | None = None) -> None:
        super().__init__(data)
        self.ledger = ledger
        for column in ledger.columns:
            self.fields[column.name] = field_for(ledger, column)
        self.fields["clause"] = forms.ChoiceField(
            label=_("Clause it is taken from"), required=False, choices=[NOTHING, *_clauses(plan, entry)]
        )
        self.fields["source"] = forms.CharField(
            label=_("Source"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Needed for figures, where no clause gives them: the document, report or minutes."),
        )  # fmt: skip
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
        )
        if entry is not None:
            beside = {"source": entry.source, "note": entry.note, "version": entry.version}
            clause = str(entry.clause.uid) if entry.clause else ""
            self.initial = {**typed(ledger, entry), **beside, "clause": clause}

    def given(self) -> EntryInput:
        """The row as the service takes it; asked for when the form is valid."""
        data = self.cleaned_data
        values = {column.name: data[column.name] for column in self.ledger.columns}
        clause = uuid.UUID(data["clause"]) if data["clause"] else None
        return EntryInput(values, clause, data["source"], data["note"])


def _clauses(plan: Plan, entry: Entry | None) -> list[tuple[str, str]]:
    """Those of the plan's document, and the one the row cites already."""
    cited = {entry.clause_id} if entry and entry.clause_id else set()
    rows = Clause.objects.filter(document=plan.document_id) | Clause.objects.filter(pk__in=cited)
    return [(str(clause.uid), clause.title) for clause in rows.order_by("document_id", "position", "id")]


class WithdrawForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, entry: Entry) -> None:
        super().__init__(data)
        self.fields["version"].initial = entry.version
