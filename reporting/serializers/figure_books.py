"""A workbook of figures as it is sent back, and what it would change or did."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reporting.figure_upload import CellChange, RowChange, Upload


class FiguresBookIn(serializers.Serializer[Any]):
    file = serializers.FileField(
        allow_empty_file=True, help_text="The workbook taken out of this report, filled in (XLSX, at most 4 MB)."
    )
    store = serializers.BooleanField(
        default=False, help_text="false: say what would change and store nothing. true: store all of it."
    )


class BookCellChange(serializers.Serializer[CellChange]):
    """One cell in words, as the workbook has it."""

    cell = serializers.CharField(help_text="As a spreadsheet names it, such as G7.")
    field = serializers.CharField(help_text="Name of the field in the grid.")
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class BookRowChange(serializers.Serializer[RowChange]):
    """What a row of the workbook changes in the grid."""

    key = serializers.CharField(help_text="The row of the grid: `<division>:<indicator>`.")
    place = serializers.CharField()
    name = serializers.CharField(help_text="Of the indicator.")
    changed_by = serializers.CharField(
        allow_blank=True, help_text="Who changed the row on the portal after the workbook was taken out."
    )
    cells = BookCellChange(many=True)


class FiguresBookAnswer(serializers.Serializer[Upload]):
    """What a workbook says."""

    sheet = serializers.CharField(help_text="The sheet that was read.")
    stored = serializers.BooleanField()
    untouched = serializers.IntegerField(help_text="Rows that say what is on record already.")
    changes = BookRowChange(many=True)
