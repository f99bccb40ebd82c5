"""Imports as the API shows and takes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records.importing import headings
from records.importing.kinds import Column, ImportKind
from records.importing.services import Answer
from records.importing.storing import kind_of
from records.models import ImportRun, ImportStatus
from records.workflow import LONGEST_COMMENT, Transition


class ImportColumn(serializers.Serializer[Column]):
    """One column of a kind of list. A file may call it by `name`, by `label` in either language, or by an alias."""

    name = serializers.CharField()
    label: Any = serializers.CharField()
    required: Any = serializers.BooleanField()
    help = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    longest = serializers.IntegerField(help_text="Most characters.")


class ImportKindRow(serializers.Serializer[ImportKind]):
    """A kind of list the caller may bring in."""

    code = serializers.CharField()
    label: Any = serializers.CharField()
    hint = serializers.CharField()
    columns = ImportColumn(many=True)


class ImportIn(serializers.Serializer[Any]):
    """A form with a file (multipart/form-data)."""

    kind = serializers.CharField(max_length=40, help_text="`code` of `import-kinds/`.")
    file = serializers.FileField(allow_empty_file=True, help_text="CSV or XLSX, at most 4 MB, 20,000 rows, 60 columns.")
    sheet = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Left out: the first that is not empty.",
    )
    mapping = serializers.JSONField(
        required=False,
        default=None,
        allow_null=True,
        help_text="JSON object: column name → heading. Left out: as last time, or as recognised.",
    )

    def validate_mapping(self, value: Any) -> Any:
        if value is None:
            return None
        given = MappingIn(data={"mapping": value})
        given.is_valid(raise_exception=True)
        return given.validated_data["mapping"]


class MappingIn(serializers.Serializer[Any]):
    mapping = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=200), help_text="Column name → heading; '' for none."
    )


class AnswerIn(serializers.Serializer[Any]):
    row = serializers.IntegerField(min_value=1, max_value=99_999_999)
    column = serializers.CharField(max_length=80)
    value = serializers.CharField(allow_blank=True, help_text="One of the suggestions; '' takes a choice back.")


class AnswersIn(serializers.Serializer[Any]):
    answers = AnswerIn(many=True, help_text="May be empty: the list is then only checked again.")

    def filled(self) -> list[Answer]:
        return [Answer(**one) for one in self.validated_data["answers"]]


class ImportActIn(serializers.Serializer[Any]):
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT)


class ImportCounts(serializers.Serializer[Any]):
    rows = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    faults = serializers.IntegerField()
    remarks = serializers.IntegerField()


class ImportUnit(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class ImportRow(serializers.Serializer[ImportRun]):
    """A list that was brought in."""

    uid = serializers.UUIDField()
    version = serializers.IntegerField(help_text="For If-Match.")
    kind = serializers.CharField(help_text="`code` of `import-kinds/`.")
    kind_label = serializers.CharField()
    status = serializers.ChoiceField(choices=ImportStatus.choices)
    status_label = serializers.CharField(source="get_status_display")
    file_name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    unit = ImportUnit()
    programme = serializers.CharField(source="programme.code", default=None, allow_null=True)
    started_by = serializers.CharField(source="started_by.name")
    counts = ImportCounts()
    created_at = serializers.DateTimeField()
    checked_at = serializers.DateTimeField()
    stored_at = serializers.DateTimeField(allow_null=True)
    undo_until = serializers.DateTimeField(allow_null=True)
    kept_until = serializers.DateTimeField(help_text="Until then the rows are kept; the counts stay.")
    is_readable = serializers.BooleanField(help_text="Whether its rows are still kept.")


class ImportCheck(serializers.Serializer[Any]):
    """A count held against what was published; it never refuses."""

    label: Any = serializers.CharField()
    expected = serializers.IntegerField()
    found = serializers.IntegerField()
    source: Any = serializers.CharField()
    agrees = serializers.BooleanField()


class ImportAction(serializers.Serializer[Transition]):
    name = serializers.CharField()
    label: Any = serializers.CharField()
    hint = serializers.CharField()


class ImportChoice(serializers.Serializer[Any]):
    row = serializers.IntegerField()
    column = serializers.CharField()
    value = serializers.CharField()


class ImportDetail(ImportRow):
    """What the list would do or did, and what may be done with it. Its faults and changes are in `rows/`."""

    file_format = serializers.CharField()
    encoding = serializers.CharField()
    sheet = serializers.CharField()
    sheets = serializers.ListField(child=serializers.CharField())
    heading_row = serializers.IntegerField()
    headings = serializers.ListField(child=serializers.CharField(allow_blank=True))
    mapping = serializers.DictField(child=serializers.CharField(), help_text="Column name → heading.")
    missing_columns = serializers.SerializerMethodField(help_text="Compulsory columns no heading was found for.")
    unused_headings = serializers.SerializerMethodField(help_text="Headings nothing is read from.")
    answers = serializers.SerializerMethodField()
    checks = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    def get_missing_columns(self, run: ImportRun) -> list[str]:
        if not run.is_readable:
            return []
        return [column.name for column in headings.missing(run.mapping, kind_of(run))]

    def get_unused_headings(self, run: ImportRun) -> list[str]:
        return headings.unused(run.headings, run.mapping)

    @extend_schema_field(ImportChoice(many=True))
    def get_answers(self, run: ImportRun) -> Any:
        return [{"row": row, "column": column, "value": value} for row, column, value in run.answers or []]

    @extend_schema_field(ImportCheck(many=True))
    def get_checks(self, run: ImportRun) -> Any:
        return ImportCheck(self.context["outcome"]["checks"], many=True).data

    @extend_schema_field(ImportAction(many=True))
    def get_actions(self, run: ImportRun) -> Any:
        return ImportAction(self.context["actions"], many=True).data


class ImportSuggestion(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="What to write into the cell, or to send to `answers/`.")
    label: Any = serializers.CharField()


class ImportDifference(serializers.Serializer[Any]):
    label: Any = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class ImportLine(serializers.Serializer[Any]):
    """One fault, remark or change of one row; what the asked kind of line does not have is empty."""

    row = serializers.IntegerField(help_text="Number of the row in the file.")
    cell = serializers.CharField(default="", help_text="Its address in the file, for example C12.")
    column = serializers.CharField(default="")
    column_label = serializers.SerializerMethodField()
    code = serializers.CharField(default="")
    message = serializers.CharField(default="")
    value = serializers.CharField(default="", help_text="What stands in the cell.")
    suggestions = ImportSuggestion(many=True, default=[])
    what = serializers.ChoiceField(choices=[("new", "new"), ("changed", "changed")], allow_blank=True, default="")
    subject = serializers.SerializerMethodField(help_text="What the change is about.")
    differences = ImportDifference(many=True, source="fields", default=[])

    def get_column_label(self, line: dict[str, Any]) -> str:
        return "" if "what" in line else str(line.get("label", ""))

    def get_subject(self, line: dict[str, Any]) -> str:
        return str(line.get("label", "")) if "what" in line else ""
