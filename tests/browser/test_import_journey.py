"""A list of people on its way: one fault, mended in the file, stored, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.access import Actor
from accounts.models import User
from records.models import ImportRun
from tests.browser.driver import Open, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FAULTY = "邮箱,姓名,角色\none@test.example,示例一（虚构）,填报\ntwo@test.example,示例二（虚构）,抄写员\n"
MENDED = FAULTY.replace("抄写员", "查阅")


def choose(page: Page, file: Path, text: str) -> None:
    """By the button of the page, as people do; a spreadsheet on a Chinese Windows saves CSV as GB18030."""
    file.write_bytes(text.encode("gb18030"))
    page.set_input_files("[name=file]", file)
    with page.expect_navigation():
        page.locator("main button.btn-primary").click()


def numbers(person: Person) -> list[str]:
    """Rows, new, changed, the same, faults."""
    return person.page.locator(".stats .stat-number").all_inner_texts()


def test_a_list_is_checked_mended_stored_and_undone(at_desk: Open, unit_admin: Actor, tmp_path: Path) -> None:
    admin, invited = at_desk(unit_admin), User.objects.filter(email__in=["one@test.example", "two@test.example"])
    page = admin.page
    admin.go("/imports/")
    page.locator('.choices a[href$="/imports/new/people/"]').click()
    choose(page, tmp_path / "人员（虚构）.csv", FAULTY)
    expect(page.locator("#row-3")).to_contain_text("抄写员")
    assert (numbers(admin)[0], numbers(admin)[-1]) == ("2", "1")
    assert page.locator("#act-store").count() == 0

    page.locator(".page-acts a.btn-primary").click()
    choose(page, tmp_path / "人员（虚构）.csv", MENDED)
    assert numbers(admin)[-1] == "0"
    assert not invited.exists()
    with page.expect_navigation():
        page.locator('button[form="act-store"]').click()
    assert invited.count() == 2

    page.locator('.actionbar a[href$="/acts/undo/"]').click()
    page.fill('.confirm [name="comment"]', "名单有误（虚构）。")
    with page.expect_navigation():
        page.locator(".confirm button[type=submit]").click()
    assert not invited.filter(is_active=True).exists()
    assert list(ImportRun.objects.order_by("id").values_list("status", flat=True))[-1] == "undone"
