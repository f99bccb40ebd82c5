"""Files people bring, and the documents and originals that link to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.access import Actor
from plans.guided_workflow import GUIDED, perform
from plans.models import ChangeItem
from plans.services.changes import ChangeInput, begin_change
from plans.services.guided import GuidedInput, bring_document, edit_guided
from plans.services.originals import bring_original, propose_original
from portal.errors import BadInput, NotFound, RuleBroken, Stale, TooLarge, WrongState
from records import files
from records.files import Incoming, kind_of, name_of, opened, path_of, store
from records.models import FileKind, StoredFile
from records.workflow import Request
from tests.plans.flow_cast import PDF, a_guided, office_file
from tests.plans.plan_cast import a_plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF.content, FileKind.PDF),
        (office_file(), FileKind.DOCX),
        (office_file("xl/workbook.xml"), FileKind.XLSX),
        (b"\x89PNG\r\n\x1a\n...", FileKind.PNG),
        (b"\xff\xd8\xff\xe0...", FileKind.JPEG),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, kind: FileKind, luzhou_drafter: Actor) -> None:
    row = store(Incoming("..\\C:/方案.exe", content), by=luzhou_drafter)
    assert (row.kind, row.size, row.unit) == (kind, len(content), luzhou_drafter.unit)
    assert row.name.startswith("方案.exe.")
    with opened(row) as stream:
        assert stream.read() == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"MZ\x90", "unknown_kind"),
        (b"<html>", "unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office_file"),
        (office_file("evil/x.xml"), "unknown_kind"),
        (office_file("word/document.xml", "word/vbaProject.bin"), "macros"),
        (b"PK\x03\x04broken", "broken_file"),
        (b"%PDF-" + bytes(files.MOST_BYTES), "too_large"),
    ],
)
def test_other_files_are_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        kind_of(content)
    assert refused.value.findings[0].code == code
    assert isinstance(refused.value, TooLarge) == (code == "too_large")


@pytest.mark.parametrize("name", ["机密-方案.pdf", "绝 密.pdf", "关于秘密事项.docx"])
def test_classified_matter_is_refused_by_its_name(name: str, luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput, match="秘密、机密、绝密"):
        name_of(name)
    guided = a_guided(luzhou_drafter)
    with pytest.raises(BadInput) as refused:
        edit_guided(guided.uid, GuidedInput("action", name), guided.version, by=luzhou_drafter)
    assert refused.value.findings[0].target == "title"


def test_the_same_bytes_lie_there_once_and_a_lost_file_is_said_to_be_lost(luzhou_drafter: Actor) -> None:
    first, second = (store(PDF, by=luzhou_drafter) for _ in range(2))
    assert first.pk != second.pk
    assert list(path_of(first.sha256).parent.iterdir()) == [path_of(second.sha256)]
    path_of(first.sha256).unlink()
    with pytest.raises(NotFound, match="方案"):
        opened(first)


def test_the_opinion_stands_beside_the_document_and_a_new_one_can_be_sent(
    luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> None:
    guided = a_guided(luzhou_drafter)
    perform(guided, Request("submit"), by=luzhou_lead)
    perform(guided, Request("return", "请补充资金安排"), by=sichuan_reviewer)
    found = GUIDED.rows().get(pk=guided.pk)
    assert (found.opinion, found.decided_by) == ("请补充资金安排", sichuan_reviewer.user)
    changed = bring_document(guided.uid, Incoming("二稿.docx", office_file()), found.version, by=luzhou_drafter)
    with pytest.raises(Stale):
        bring_document(guided.uid, PDF, found.version, by=luzhou_drafter)
    assert (changed.file and changed.file.kind, StoredFile.objects.count()) == (FileKind.DOCX, 2)


def test_without_a_document_there_is_nothing_to_give_an_opinion_on(luzhou_drafter: Actor, luzhou_lead: Actor) -> None:
    guided = a_guided(luzhou_drafter, None)
    with pytest.raises(RuleBroken) as refused:
        perform(guided, Request("submit"), by=luzhou_lead)
    assert refused.value.findings[0].code == "no_file"


def test_the_original_is_brought_while_writing_and_by_request_afterwards(luzhou_drafter: Actor) -> None:
    draft = a_plan("draft")
    assert bring_original(draft.uid, PDF, by=luzhou_drafter).original is not None
    plan = a_plan()
    with pytest.raises(WrongState):
        bring_original(plan.uid, PDF, by=luzhou_drafter)
    change = begin_change(plan.uid, ChangeInput("换原件（虚构）", "扫描不清（虚构）"), by=luzhou_drafter)
    item = propose_original(change.uid, PDF, 0, by=luzhou_drafter)
    assert (item.kind, item.task, set(item.wanted)) == (ChangeItem.Kind.CHANGE, None, {"original"})


def test_a_document_is_handed_out_as_an_attachment_to_who_may_read_it(
    luzhou_drafter: Actor, sichuan_reviewer: Actor, luzhou_lead: Actor, signed_in: Any
) -> None:
    guided = a_guided(luzhou_drafter)
    url = f"/guided-plans/{guided.uid}/file/"
    answer = signed_in(luzhou_drafter).get(url)
    assert b"".join(answer.streaming_content) == PDF.content
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    reviewer: Client = signed_in(sichuan_reviewer)
    assert reviewer.get(url).status_code == 404
    perform(guided, Request("submit"), by=luzhou_lead)
    assert reviewer.get(url).status_code == 200
