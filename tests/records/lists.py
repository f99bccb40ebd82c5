"""A small kind of list for the tests of the engine, and files to send. All places in it are fictitious."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

import xlsxwriter

from accounts.access import Actor
from records.importing.kinds import (
    BadCell,
    Change,
    Check,
    Column,
    Difference,
    Fault,
    Given,
    Plan,
    Remark,
    Row,
    Stored,
    Suggestion,
)
from units.models import Division

HEADINGS = ("name", "code", "note")
Rows = Iterable[Sequence[object]]


def six_digits(value: str) -> str:
    if not (value.isdecimal() and len(value) == 6):
        raise BadCell("bad_code", "A code has six digits.")
    return value


class Places:
    """Invented places by code; a name that ends in “?” is answered with a suggestion, one in “!” with a remark."""

    code = "places-test"
    label = "Places (test)"
    hint = "For tests only."
    action = "import.run"
    most_rows = 20_000
    columns = (
        Column("name", "地名", required=True, aliases=("名称",), longest=20),
        Column("code", "代码", required=True, read=six_digits),
        Column("note", "备注", help="Kept as the English name."),
    )

    def open_to(self, actor: Actor) -> bool:
        return True

    def plan(self, rows: Sequence[Row], given: Given) -> Plan:
        known = Division.objects.in_bulk([self.key(row) for row in rows], field_name="key")
        faults = tuple(self.unsure(row) for row in rows if row.values["name"].endswith("?"))
        remarks = tuple(Remark(row.number, "old", "An older name.", "name") for row in rows if "!" in row.raw["name"])
        changes = tuple(self.change(row, known.get(self.key(row))) for row in rows)
        return Plan(changes, faults, remarks, (Check("places", 3, len(rows), "invented"),))

    def key(self, row: Row) -> str:
        return f"test-place-{row.values['code']}"

    def unsure(self, row: Row) -> Fault:
        name = row.values["name"].rstrip("?")
        return Fault(
            row.number, "name", "unsure", "Which one?", (Suggestion(f"{name}一", "one"), Suggestion(name, "two"))
        )

    def change(self, row: Row, found: Division | None) -> Change:
        now = {"name": row.values["name"], "note": row.values.get("note", "")}
        if found is None:
            return Change(row.number, Difference.NEW, now["name"], {}, now, row)
        before = {"name": found.name_now, "note": found.name_en_now}
        what = Difference.SAME if before == now else Difference.CHANGED
        return Change(row.number, what, now["name"], before, now, (row, found))

    def store(self, plan: Plan, given: Given) -> list[Stored]:
        new = [self.place(change.work) for change in plan.changes if change.what == Difference.NEW]
        made = iter(Division.objects.bulk_create(new))
        return [done for change in plan.changes if (done := self.write(change, made))]

    def place(self, row: Row) -> Division:
        name, note = row.values["name"], row.values.get("note", "")
        return Division(key=self.key(row), level="township", name_now=name, name_en_now=note, is_fictitious=True)

    def write(self, change: Change, made: Iterable[Division]) -> Stored | None:
        if change.what == Difference.NEW:
            return Stored(change.row, next(iter(made)))
        if change.what == Difference.SAME:
            return None
        row, found = change.work
        before = {"name_now": found.name_now, "name_en_now": found.name_en_now}
        found.name_now, found.name_en_now = row.values["name"], row.values.get("note", "")
        found.save()
        return Stored(change.row, found, before)

    def undo(self, stored: Sequence[Stored], given: Given) -> bool:
        return False

    def afterwards(self) -> None:
        return


def many(number: int) -> list[list[str]]:
    """So many good rows."""
    return [[f"虚构镇{n}", f"{900000 + n}", ""] for n in range(number)]


def csv_of(rows: Rows, headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([headings, *rows])
    return stream.getvalue().encode(encoding)


def xlsx_of(rows: Rows, headings: Sequence[str] = HEADINGS) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for number, row in enumerate([headings, *rows]):
            sheet.write_row(number, 0, row)
    return stream.getvalue()


def with_parts(parts: Mapping[str, bytes]) -> bytes:
    """A good workbook in which some parts are replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_of(many(2)))) as good,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            if name not in parts:
                bad.writestr(name, good.read(name))
        for name, content in parts.items():
            bad.writestr(name, content)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def sheet_xml(inside: bytes, before: bytes = b"") -> bytes:
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return (
        b'<?xml version="1.0"?>'
        + before
        + b"<worksheet "
        + namespace
        + b"><sheetData>"
        + inside
        + b"</sheetData></worksheet>"
    )
