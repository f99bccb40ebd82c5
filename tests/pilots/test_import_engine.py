"""The five kinds of lists through the engine: read from a file, checked, stored, undone, and all is as before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import translation

from accounts.access import Actor
from accounts.models import Role
from pilots.models import PilotArea
from records.importing import services
from records.importing.headings import names_of
from records.importing.kinds import Column, kind_named
from records.importing.services import ListInput
from records.models import ImportRun, ImportStatus
from records.workflow import Request
from tests.conftest import Hire, SignIn

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parent.parent / "data"
KINDS = ("divisions", "units", "pilots", "people", "memberships")


@pytest.fixture
def bringer(system_admin: Actor, ndrc_reviewer: Actor, unit_admin: Actor, hire: Hire) -> Callable[[str], Actor]:
    """Who may bring each kind of list."""
    hire("registered", "lgo-510500", Role.DRAFTER)
    by = {"pilots": ndrc_reviewer, "people": unit_admin, "memberships": unit_admin}
    return lambda kind: by.get(kind, system_admin)


def contents() -> dict[str, str]:
    """A fingerprint of every table of the rooms below."""
    tables = [
        model._meta.db_table
        for label in ("units", "accounts", "pilots")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t")  # noqa: S608
            found[table] = str(cursor.fetchone())
    return found


def start(kind: str, by: Actor) -> ImportRun:
    file = DATA / f"{kind}.csv"
    return services.start(ListInput(kind, file.name, file.read_bytes()), by=by)


@pytest.mark.parametrize("kind", KINDS)
def test_checked_stored_and_undone(kind: str, bringer: Callable[[str], Actor]) -> None:
    by = bringer(kind)
    before = contents()
    run = start(kind, by)
    assert run.counts["faults"] == 0, services.outcome_of(run)["faults"]
    assert run.counts["rows"] == run.counts["new"] + run.counts["changed"]
    assert contents() == before
    run = services.perform(run, Request("store", expected_version=run.version), by=by)
    assert run.status == ImportStatus.STORED
    assert contents() != before
    run = services.perform(run, Request("undo", expected_version=run.version), by=by)
    assert run.status == ImportStatus.UNDONE
    after = contents()
    if kind in ("people", "memberships"):  # roles end, they are never deleted
        after["accounts_membership"] = before["accounts_membership"]
    assert after == before


def test_a_place_is_chosen_on_the_page_where_the_file_has_no_codes(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    content = "批次,省份,试点地区,来源\n3,四川省,西冲县,测试\n".encode()
    answer = client.post(reverse("import-new", args=["pilots"]), {"file": SimpleUploadedFile("a.csv", content)})
    run = ImportRun.objects.get()
    page = client.get(reverse("import", args=[run.uid]))
    assert "511325" in page.content.decode()
    chosen = {"version": run.version, "choice-2-divisions": "511325"}
    client.post(reverse("import-answers", args=[run.uid]), chosen)
    run.refresh_from_db()
    assert run.counts["faults"] == 0
    client.post(reverse("import-act", args=[run.uid, "store"]), {"version": run.version})
    pilot = PilotArea.objects.get(name_as_published="西冲县")
    assert [place.name_now for place in pilot.divisions.all()] == ["西充县"]
    assert answer.status_code == 302


@pytest.mark.parametrize("kind", KINDS)
def test_no_heading_means_two_columns(kind: str) -> None:
    found = kind_named(kind)
    assert found is not None
    columns: tuple[Column, ...] = found.columns
    seen: dict[str, str] = {}
    for column in columns:
        for name in names_of(column):
            assert seen.setdefault(name, column.name) == column.name, name


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_speaks_both_languages(kind: str) -> None:
    found = kind_named(kind)
    assert found is not None
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert all(str(column.label) for column in found.columns)
