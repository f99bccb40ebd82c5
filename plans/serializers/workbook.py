"""A plan's workbook as it is sent back, and what it would change or did."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from plans.plan_upload import CellChange, RowChange, Upload


class PlanBookIn(serializers.Serializer[Any]):
    file = serializers.FileField(
        allow_empty_file=True, help_text="The workbook taken out of this plan, filled in (XLSX, at most 4 MB)."
    )
    store = serializers.BooleanField(
        default=False, help_text="false: say what would change and store nothing. true: store all of it."
    )


class PlanBookCell(serializers.Serializer[CellChange]):
    """One cell in words, as the workbook has it."""

    cell = serializers.CharField(help_text="As a spreadsheet names it, such as G7.")
    name = serializers.CharField(help_text="Of the column, as in the workbook's hidden row.")
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class PlanBookRow(serializers.Serializer[RowChange]):
    """What a row of the workbook changes in the plan."""

    task = serializers.UUIDField(source="row.task.uid", default=None, allow_null=True, help_text="null: a new row.")
    name = serializers.CharField(allow_blank=True)
    cells = PlanBookCell(many=True)


class PlanBookAnswer(serializers.Serializer[Upload]):
    """What a workbook says."""

    sheet = serializers.CharField(help_text="The sheet that was read.")
    stored = serializers.BooleanField()
    untouched = serializers.IntegerField(help_text="Rows that say what is on record already.")
    changes = PlanBookRow(many=True)
