"""The catalogues: complete, consistent with the sources, and true to the terms the domain binds."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.pofile import read_po
from django.utils import formats, translation
from django.utils.translation import gettext

from portal_launcher import messages, translations

REPO = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans", "en")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]")

# What DOMAIN.md and VISUAL.md bind: one word for one thing, on every page.
TERMS = {
    ("", "unit"): "单位",
    ("", "division"): "行政区划",
    ("", "programme"): "试点项目",
    ("", "batch"): "批次",
    ("", "pilot area"): "试点地区",
    ("", "Route of its reports"): "报送路径",
    ("", "cycle"): "报告期",
    ("", "report"): "报告",
    ("", "Versions"): "版本",
    ("", "Receipt number"): "回执号",
    ("", "send for signing"): "送审签",
    ("", "sign"): "审签",
    ("", "submit"): "报送",
    ("", "sign for it"): "签收",
    ("", "return"): "退回",
    ("", "accept"): "审核通过",
    ("", "recall"): "撤回",
    ("", "ask to have it back"): "申请撤回",
    ("", "Compile"): "汇总",
    ("", "Copies"): "抄送",
    ("", "Milestones"): "时间节点",
    ("", "Not started"): "未开始",
    ("", "Draft"): "起草",
    ("", "Awaiting signature"): "审签中",
    ("", "Signed"): "已审签",
    ("", "Submitted"): "已报送",
    ("", "Received"): "已签收",
    ("", "Recall requested"): "申请撤回",
    ("", "Returned"): "退回",
    ("", "Accepted"): "审核通过",
    ("", "Overdue"): "逾期",
    ("", "Desk"): "工作台",
    ("", "n/a"): "不适用",
    ("", "M j"): "n月j日",
    ("", " (Tue)"): "（周二）",
}
# The same state, in a sentence and on a chip.
SAME_STATE = {
    "not started": "Not started",
    "draft": "Draft",
    "with the lead for signing": "Awaiting signature",
    "signed": "Signed",
    "submitted": "Submitted",
    "received": "Received",
    "recall requested": "Recall requested",
    "returned": "Returned",
    "accepted": "Accepted",
    "overdue": "Overdue",
}


def path_of(language: str) -> Path:
    return REPO / translations.catalogue_of(language)


@cache
def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(path_of(language)))


@cache
def extracted() -> tuple[polib.POEntry, ...]:
    return tuple(extract(REPO))


def extract(folder: Path) -> list[polib.POEntry]:
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is missing; `bin/portal check` says so too")
    return translations.extract(folder)


def wanted() -> frozenset[translations.Key]:
    return frozenset(translations.key_of(entry) for entry in extracted())


def chinese() -> dict[translations.Key, str]:
    return {translations.key_of(entry): entry.msgstr or entry.msgstr_plural[0] for entry in catalogue("zh_Hans")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_exactly_the_messages_of_the_sources(language: str) -> None:
    assert not catalogue(language).obsolete_entries()
    assert {translations.key_of(entry) for entry in catalogue(language)} == wanted()


def test_every_message_is_in_chinese() -> None:
    assert translations.find_faults(catalogue("zh_Hans"), set(wanted())) == []


def test_plural_forms_keep_their_placeholders() -> None:
    for entry in catalogue("zh_Hans"):
        if entry.msgid_plural:
            assert list(entry.msgstr_plural) == [0], entry.msgid
            given = translations.placeholders(entry.msgstr_plural[0])
            assert given == translations.placeholders(entry.msgid_plural), entry.msgid


def test_english_is_the_message_itself() -> None:
    """A second wording in the English catalogue would hide what the sources say."""
    for entry in catalogue("en"):
        assert not entry.fuzzy
        assert not entry.msgstr, entry.msgid
        assert not any(entry.msgstr_plural.values()), entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_compiles_and_its_formats_fit(language: str) -> None:
    with path_of(language).open("rb") as handle:
        found = read_po(handle, locale=language)
    assert [(message.id, errors) for message, errors in found.check()] == []
    assert not found.fuzzy


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_names_no_day_and_no_person(language: str) -> None:
    """Otherwise every run would change the file without changing a word."""
    assert not {"POT-Creation-Date", "PO-Revision-Date", "Last-Translator"} & catalogue(language).metadata.keys()
    keys = [(entry.msgid, entry.msgctxt or "") for entry in catalogue(language)]
    assert keys == sorted(keys)


@pytest.mark.parametrize(("key", "term"), TERMS.items())
def test_bound_terms(key: translations.Key, term: str) -> None:
    assert chinese()[key] == term


@pytest.mark.parametrize(("word", "chip"), SAME_STATE.items())
def test_a_state_has_one_name(word: str, chip: str) -> None:
    assert chinese()[("", word)] == chinese()[("", chip)]


def test_chinese_uses_its_own_punctuation() -> None:
    assert [text for text in chinese().values() if HALF_WIDTH.search(text)] == []


def test_english_pages_do_not_fall_back_to_chinese() -> None:
    with translation.override("en"):
        assert gettext("Desk") == "Desk"
        assert gettext("This field is required.") == "This field is required."
        assert formats.date_format(dt.date(2026, 6, 30), gettext("M j, Y")) == "Jun 30, 2026"


# --- bin/portal messages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_renewing_the_present_catalogue_changes_nothing(language: str, tmp_path: Path) -> None:
    written = tmp_path / "django.po"
    messages.write(written, messages.renew(catalogue(language), extracted(), language))
    assert written.read_bytes() == path_of(language).read_bytes()


SOURCE = """\
from django.utils.translation import gettext, ngettext, pgettext

gettext("Report")
pgettext("a verb", "Report")
ngettext("%(count)s day", "%(count)s days", 2)
"""


def test_messages_come_new_and_empty_and_go_with_their_source(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pages.py").write_text(SOURCE)
    chinese_file = tmp_path / translations.catalogue_of("zh_Hans")
    chinese_file.parent.mkdir(parents=True)
    chinese_file.write_text('msgid ""\nmsgstr "Last-Translator: N\\n"\n\n#: old.py:1\nmsgid "Report"\nmsgstr "报告"\n')
    extract(tmp_path)
    assert messages.main(tmp_path) == 1
    said = capfd.readouterr().out
    assert "3 messages, 2 new, 0 dropped" in said
    assert said.count("not translated") == 2
    found = {translations.key_of(entry): entry for entry in polib.pofile(str(chinese_file))}
    assert found["", "Report"].msgstr == "报告"
    assert found["a verb", "Report"].msgstr == ""
    assert found["", "%(count)s day"].msgstr_plural == {0: ""}
    english = polib.pofile(str(tmp_path / translations.catalogue_of("en")))
    assert english.find("%(count)s day").msgstr_plural == {0: "", 1: ""}
    text = chinese_file.read_text()
    assert "old.py" not in text
    assert "Last-Translator" not in text

    (tmp_path / "pages.py").write_text('from django.utils.translation import gettext\n\ngettext("Report")\n')
    assert messages.main(tmp_path) == 0
    assert "1 messages, 0 new, 2 dropped" in capfd.readouterr().out
    assert [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(chinese_file))] == [("Report", "报告")]
    once = chinese_file.read_bytes()
    assert messages.main(tmp_path) == 0
    assert chinese_file.read_bytes() == once


def test_an_unreadable_catalogue_is_named_and_left_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pages.py").write_text(SOURCE)
    damaged = tmp_path / translations.catalogue_of("en")
    damaged.parent.mkdir(parents=True)
    damaged.write_text('msgid "Report"\nnonsense\n')
    extract(tmp_path)
    assert messages.main(tmp_path) == 1
    assert str(damaged) in capfd.readouterr().out
    assert damaged.read_text() == 'msgid "Report"\nnonsense\n'
    assert not (tmp_path / translations.catalogue_of("zh_Hans")).exists()
