"""What people send: read, or refused in words, by a child that cannot take more than it is given."""

from __future__ import annotations

import datetime as dt
import io
import resource
import subprocess
import zipfile

import pytest
import xlsxwriter

from portal.errors import BadInput
from records.importing import limits, reading
from records.importing.reading import REFUSALS, RawRow, read_file
from tests.records.lists import HEADINGS, SHEET, csv_of, many, sheet_xml, with_parts, xlsx_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
ENTITY = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>'
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="H1048576"><v>1</v></c></row>'
WIDE = b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
MACROS = {"xl/vbaProject.bin": b"x"}
MEGABYTE = 1024 * 1024


def texts(content: bytes, name: str = "list.csv") -> list[list[str]]:
    return [row.cells for row in read_file(name, content).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    content = delimiter.join(["地名", "代码"]) + "\r\n" + delimiter.join(['"虚构,\n镇"', "900000"]) + "\r\n"
    assert texts(content.encode(encoding)) == [["地名", "代码"], ["虚构,\n镇", "900000"]]


def test_rows_are_numbered_as_a_spreadsheet_program_counts_them() -> None:
    found = read_file("list.csv", b'name,code\n\n"a\nb",1\n,,,\nc,2\n')
    assert [(row.number, row.cells) for row in found.rows] == [
        (1, ["name", "code"]),
        (3, ["a\nb", "1"]),
        (5, ["c", "2"]),
    ]


def test_a_workbook_as_offices_make_them() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("空")
        sheet = book.add_worksheet("名单")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(2, 1, ["地区", "代码", "日期"])
        sheet.merge_range(3, 1, 4, 1, "虚构市")
        sheet.write_number(3, 2, 510500)
        sheet.write_datetime(3, 3, dt.datetime(2026, 6, 15, tzinfo=None), day)  # noqa: DTZ001 - a workbook has no zone
        sheet.write_formula(4, 2, "=C4+1", None, "")
        sheet.write_formula(5, 2, "=1/0", None, "#DIV/0!")
        sheet.write_number(6, 2, 12345678901234567890)
        sheet.write_string(7, 2, "=cmd|' /C calc'!A0")
        book.add_worksheet("隐藏").hide()
    found = read_file("名单.xlsx", stream.getvalue())
    assert (found.sheet, found.sheets, found.file_format) == ("名单", ["空", "名单"], "xlsx")
    assert found.rows[:3] == [
        RawRow(3, ["", "地区", "代码", "日期"]),
        RawRow(4, ["", "虚构市", "510500", "2026-06-15"]),
        RawRow(5, ["", "虚构市", "#"], {2: "formula"}),
    ]
    assert [row.wrong for row in found.rows[3:]] == [{2: "formula"}, {2: "imprecise"}, {2: "formula"}]


def test_formulas_in_csv_are_marked_and_signs_are_not() -> None:
    rows = read_file("a.csv", b"name,code\n=1+1,+cmd\n-x,@SUM(A1)\n+86 138,-5\n").rows
    assert [row.wrong for row in rows] == [{}, {0: "formula", 1: "formula"}, {0: "formula", 1: "formula"}, {}]


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        ("empty", "a.csv", b""),
        ("empty", "a.csv", b"\xef\xbb\xbf,,,\n,,\n"),
        ("empty", "a.xlsx", with_parts({SHEET: sheet_xml(b"")})),
        ("too_large", "a.csv", b"x" * (limits.MOST_BYTES + 1)),
        ("too_many_rows", "a.csv", csv_of(many(limits.MOST_ROWS + 1))),
        ("too_many_columns", "a.csv", b"," * 60 + b"x\n"),
        ("too_many_columns", "a.xlsx", with_parts({SHEET: sheet_xml(WIDE)})),
        ("far_cell", "a.xlsx", with_parts({SHEET: sheet_xml(FAR)})),
        ("nul", "a.csv", b"name,code\n\x00,1\n"),
        ("nul", "a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("encoding", "a.csv", b"name\n\xff\xff\xff\n"),
        ("encoding", "a.csv", b"\xff\xfea"),
        ("markup", "a.csv", b"<html><table><tr><td>x</td></tr></table></html>"),
        ("only_called_workbook", "a.xlsx", csv_of(many(2))),
        ("only_called_workbook", "a.xls", b"<html><table></table></html>"),
        ("quotes", "a.csv", b'name,code\n"never closed,1\n'),
        ("old_workbook", "a.xls", OLE + b"\x00" * 600),
        ("encrypted", "a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le")),
        ("macros", "a.xlsm", with_parts(MACROS)),
        ("document_type", "a.xlsx", with_parts({SHEET: sheet_xml(ENTITY, XXE)})),
        ("document_type", "a.xlsx", with_parts({"xl/styles.xml": LAUGHS + b"<x>&b;</x>"})),
        ("broken", "a.xlsx", xlsx_of(many(9))[:2000]),
        ("broken", "a.xlsx", xlsx_of(many(9))[:-30]),
        ("broken", "a.xlsx", with_parts({SHEET: b"<worksheet><sheetData>"})),
        ("strange_archive", "a.xlsx", with_parts({f"x/{n}.bin": b"" for n in range(1001)})),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(code: str, name: str, content: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        read_file(name, content)
    assert caught.value.code == f"file_{code}"
    assert str(caught.value)
    assert caught.value.status == (413 if code == "too_large" else 400)


def test_a_password_on_single_entries_and_another_archive_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", b"<x/>")
    locked = bytearray(xlsx_of(many(1)))
    place = locked.rindex(b"PK\x01\x02")
    locked[place + 8] |= 1
    for content, code in ((stream.getvalue(), "no_workbook"), (bytes(locked), "encrypted")):
        with pytest.raises(BadInput) as caught:
            read_file("a.xlsx", content)
        assert caught.value.code == f"file_{code}"


def test_a_million_empty_rows_are_skipped() -> None:
    empty = b"".join(b'<row r="%d"/>' % number for number in range(2, 1_000_001))
    first = b'<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'
    last = b'<row r="1000001"><c r="A1000001" t="inlineStr"><is><t>x</t></is></c></row>'
    found = read_file("a.xlsx", with_parts({SHEET: sheet_xml(first + empty + last)}))
    assert [(row.number, row.cells) for row in found.rows] == [(1, ["name"]), (1_000_001, ["x"])]
    assert texts(b"name\n" + b",,\n" * 1_000_000 + b"x\n") == [["name"], ["x"]]


def test_what_unpacks_to_much_is_refused_before_it_is_unpacked_and_memory_stays_bounded() -> None:
    bomb = with_parts({SHEET: sheet_xml(b" " * (limits.MOST_UNPACKED + 1))})
    strings = b"<sst>" + b"<si><t>a</t></si>" * 5_000_000 + b"</sst>"
    heavy = with_parts({"xl/sharedStrings.xml": strings})
    del strings
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput) as caught:
        read_file("bomb.xlsx", bomb)
    assert caught.value.code == "file_unpacks_to_too_much"
    assert read_file("heavy.xlsx", heavy).rows
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * 1024 < 32 * MEGABYTE
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < limits.CHILD_MEMORY


def test_a_child_that_takes_too_much_or_too_long_dies_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.run
    deaths = (
        "import resource as r; r.setrlimit(r.RLIMIT_AS, (2**28, 2**28)); b = bytearray(2**30)",
        "import resource as r; r.setrlimit(r.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "import time; time.sleep(60)",
        "print('x' * 10, end='')\nimport os; os._exit(3)",
    )
    monkeypatch.setattr(reading, "CHILD_SECONDS", 1)
    for program in deaths:
        monkeypatch.setattr(subprocess, "run", lambda args, p=program, **how: real([args[0], "-c", p], **how))
        with pytest.raises(BadInput) as caught:
            read_file("a.csv", b"name\n")
        assert caught.value.code == "file_too_heavy"


def test_every_refusal_of_the_child_has_words() -> None:
    raised = set()
    for name in ("cells", "texts", "workbooks", "reader"):
        source = (reading.ROOT / "records" / "importing" / f"{name}.py").read_text(encoding="utf-8")
        raised |= {part.partition('"')[0] for part in source.split('Refused("')[1:]}
    assert raised <= set(REFUSALS)
    assert HEADINGS
