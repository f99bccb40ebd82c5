"""The records beside the tasks as the API shows and takes them. Figures are strings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.serializers.standing import Number
from pilots.document_serializers import ClauseBrief
from pilots.serializers import PilotBrief
from plans.ledger_reading import Total, YearTotals, is_late, shown, typed
from plans.ledger_rules import LONGEST_TEXT
from plans.ledgers import OF_MODEL, Column, Kind, Ledger
from plans.models import Entry, KeyProject, ProjectState
from units.calendar import today


class RecordChoice(serializers.Serializer[Any]):
    value = serializers.CharField()
    label: Any = serializers.CharField()


class RecordField(serializers.Serializer[Column]):
    """One field of a record. The context names the record."""

    name = serializers.CharField(help_text="The key in `values`.")
    label: Any = serializers.SerializerMethodField()
    kind = serializers.CharField(
        help_text="`line`, `text`, `choice` (by value), `number` (in digits), `year` (four), `day` (2026-06-30)."
    )
    required: Any = serializers.BooleanField()
    adds_up = serializers.BooleanField(help_text="`totals` has its sums.")
    choices = serializers.SerializerMethodField()

    @property
    def ledger(self) -> Ledger:
        found: Ledger = self.context["ledger"]
        return found

    def get_label(self, column: Column) -> str:
        return self.ledger.label(column)

    @extend_schema_field(RecordChoice(many=True))
    def get_choices(self, column: Column) -> Any:
        pairs = self.ledger.field(column).flatchoices if column.kind == Kind.CHOICE else []
        return [{"value": value, "label": str(label)} for value, label in pairs]


class RecordKind(serializers.Serializer[Ledger]):
    """One of the records that are kept beside a plan, and the fields of its rows."""

    record = serializers.CharField(source="slug", help_text="Its name in addresses.")
    title: Any = serializers.CharField()
    lead: Any = serializers.CharField()
    fields_asked = serializers.SerializerMethodField(help_text="In the order of the page.")

    @extend_schema_field(RecordField(many=True))
    def get_fields_asked(self, ledger: Ledger) -> Any:
        columns: Any = ledger.columns
        return RecordField(columns, many=True, context={"ledger": ledger}).data


class RecordKinds(serializers.Serializer[Any]):
    rows = RecordKind(many=True)


class RecordRow(serializers.Serializer[Entry]):
    """One row of a record."""

    uid = serializers.UUIDField()
    record = serializers.SerializerMethodField(help_text="Which record: see `plan-records/`.")
    version = serializers.IntegerField(help_text="What a change of it takes in If-Match.")
    values = serializers.SerializerMethodField(help_text="Name of a field: what it says, as text; '' says nothing.")
    labels = serializers.SerializerMethodField(help_text="Of the fields that are chosen: their values in words.")
    clause = ClauseBrief(allow_null=True)
    source: Any = serializers.CharField()
    note = serializers.CharField()
    is_demo = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField()

    def get_record(self, entry: Entry) -> str:
        return OF_MODEL[type(entry)].slug

    def get_values(self, entry: Entry) -> dict[str, str]:
        return typed(OF_MODEL[type(entry)], entry)

    def get_labels(self, entry: Entry) -> dict[str, str]:
        ledger = OF_MODEL[type(entry)]
        return {column.name: shown(ledger, column, entry) for column in ledger.columns if column.kind == Kind.CHOICE}


class RecordIn(serializers.Serializer[Any]):
    """A row as it is to be. Fields that are not named say nothing."""

    values = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_TEXT),
        help_text="Name of a field: what it says, as text. `plan-records/` has the fields of each record.",
    )
    clause = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="`uid` of the clause it is taken from."
    )
    source: Any = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_TEXT,
        help_text="Needed for figures where no clause is given.",
    )  # fmt: skip
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_TEXT)


class RecordWithdrawIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_TEXT)


class RecordSum(serializers.Serializer[Total]):
    """What one field adds up to."""

    name = serializers.CharField(source="column.name")
    value = Number(help_text="null: no row has a number.")
    given = serializers.IntegerField(help_text="How many rows have one.")


class RecordTotals(serializers.Serializer[YearTotals]):
    """The sums of one year's rows."""

    year = serializers.IntegerField(allow_null=True, help_text="null: rows without a year.")
    rows = serializers.IntegerField()
    totals = RecordSum(many=True)


class RecordSheet(serializers.Serializer[Any]):
    """All rows of one record of a plan, in its order; the sums year by year."""

    record = serializers.CharField(source="ledger.slug")
    title: Any = serializers.CharField(source="ledger.title")
    may_keep = serializers.SerializerMethodField(help_text="Whether you may add, change and withdraw rows.")
    rows = RecordRow(many=True)
    withdrawn = RecordRow(many=True, help_text="Rows that count no longer, with the reason.")
    totals = RecordTotals(many=True)

    def get_may_keep(self, sheet: Any) -> bool:
        return bool(self.context["may_keep"])


class ProjectRow(serializers.Serializer[KeyProject]):
    """A key project of a pilot area. Amounts are in ten thousand yuan."""

    uid = serializers.UUIDField()
    plan = serializers.UUIDField(source="plan.uid")
    pilot_area = PilotBrief(source="plan.pilot_area")
    name = serializers.CharField()
    owner = serializers.CharField(help_text="Who runs it; empty where nobody is on record.")
    investment = Number()
    invested = Number(help_text="Of it spent.")
    funding = serializers.CharField()
    state = serializers.ChoiceField(choices=ProjectState.choices)
    state_label = serializers.CharField(source="get_state_display")
    node = serializers.CharField(help_text="What is to be reached next.")
    node_on = serializers.DateField(allow_null=True)
    is_late = serializers.SerializerMethodField(help_text="The day of the next node is over, and it goes on.")
    clause = ClauseBrief(allow_null=True)
    source: Any = serializers.CharField()
    note = serializers.CharField()
    is_demo = serializers.BooleanField()

    def get_is_late(self, project: KeyProject) -> bool:
        return is_late(project, today())
