"""Pages, API and command do the same to a list, and leave the same."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from records.importing.limits import MOST_BYTES
from records.models import ColumnMapping, Event, ImportedObject, ImportRun
from tests.conftest import Hire, SignIn
from tests.records.lists import Places, csv_of, many, xlsx_of
from units.models import Division

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]

GOOD = csv_of([["虚构甲", "900001", "n"], ["虚构乙!", "900002", ""]])
UNSURE = csv_of([["哪个镇?", "900001", ""], ["虚构乙", "9000", ""]])
ODD = csv_of([["虚构甲", "900001"]], ["Ort", "Nummer"])


def upload(content: bytes, name: str = "虚构.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def newest() -> ImportRun:
    run = ImportRun.objects.order_by("id").last()
    assert run
    return run


def traces() -> dict[str, Any]:
    """Everything an import may leave behind, without keys and instants."""
    return {
        "runs": [
            (run.kind, run.file_name, run.sha256, run.mapping, run.rows, run.answers, run.outcome, run.counts,
             run.status, run.version, run.unit_id, run.started_by_id, run.undo_until is None)
            for run in ImportRun.objects.order_by("id")
        ],
        "notes": list(ImportedObject.objects.order_by("id").values_list("number", "row", "model", "label", "before")),
        "mappings": list(ColumnMapping.objects.values_list("unit", "kind", "fingerprint", "mapping", "updated_by")),
        "places": list(Division.objects.filter(key__startswith="test-").order_by("key").values_list("key", "name_now")),
        "events": list(
            Event.objects.filter(subject_kind="import").order_by("id").values_list(
                "act", "outcome", "comment", "data", "user", "role", "acting_unit", "unit", "subject_label"
            )
        ),
    }  # fmt: skip


def both(page: Callable[[], list[int]], api: Callable[[], list[int]]) -> tuple[list[list[int]], list[dict[str, Any]]]:
    statuses, left = [], []
    for face in (page, api):
        with transaction.atomic():
            statuses.append(face())
            left.append(traces())
            transaction.set_rollback(True)
    return statuses, left


class Page:
    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, content: bytes) -> int:
        url = reverse("import-new", args=["places-test"])
        return self.client.post(url, {"file": upload(content), "sheet": ""}).status_code

    def map(self, mapping: dict[str, str]) -> int:
        data = {f"column-{name}": heading for name, heading in mapping.items()}
        return self._post("import-columns", [], data)

    def choose(self, row: int, column: str, value: str) -> int:
        return self._post("import-answers", [], {f"choice-{row}-{column}": value})

    def act(self, name: str) -> int:
        return self._post("import-act", [name], {"comment": "Grund"})

    def _post(self, name: str, more: list[str], data: dict[str, str]) -> int:
        run = newest()
        return self.client.post(reverse(name, args=[run.uid, *more]), {"version": run.version, **data}).status_code


class Api(Page):
    def send(self, content: bytes) -> int:
        return self.client.post(reverse("api:imports"), {"kind": "places-test", "file": upload(content)}).status_code

    def map(self, mapping: dict[str, str]) -> int:
        return self._json("put", "import-mapping", [], {"mapping": mapping})

    def choose(self, row: int, column: str, value: str) -> int:
        return self._json("post", "import-answers", [], {"answers": [{"row": row, "column": column, "value": value}]})

    def act(self, name: str) -> int:
        return self._json("post", "import-act", [name], {"comment": "Grund"})

    def _json(self, method: str, name: str, more: list[str], data: dict[str, Any]) -> int:
        run = newest()
        send = getattr(self.client, method)
        url, headers = reverse(f"api:{name}", args=[run.uid, *more]), {"If-Match": f'"{run.version}"'}
        status: int = send(url, data, content_type="application/json", headers=headers).status_code
        return status


def stored_and_undone(face: Page) -> list[int]:
    return [face.send(GOOD), face.act("store"), face.act("undo"), face.send(GOOD), face.act("discard")]


def chosen(face: Page) -> list[int]:
    return [face.send(UNSURE), face.choose(2, "name", "哪个镇一"), face.choose(2, "name", "x"), face.act("store")]


def mapped(face: Page) -> list[int]:
    return [face.send(ODD), face.map({"name": "Ort", "code": "Nummer"}), face.send(ODD), face.act("store")]


@pytest.mark.parametrize(
    ("journey", "page", "api"),
    [
        (stored_and_undone, [302, 302, 302, 302, 302], [201, 200, 200, 201, 200]),
        (chosen, [302, 302, 400, 422], [201, 200, 400, 422]),
        (mapped, [302, 302, 302, 302], [201, 200, 201, 200]),
    ],
)
def test_page_and_api_leave_the_same(
    journey: Callable[[Page], list[int]], page: list[int], api: list[int], ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client = signed_in(ndrc_reviewer)
    statuses, (by_page, by_api) = both(lambda: journey(Page(client)), lambda: journey(Api(client)))
    assert statuses == [page, api]
    assert by_page == by_api
    assert by_page["events"]


def test_pages_show_everything_about_a_list(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    Page(client).send(UNSURE)
    run = newest()
    html = client.get(reverse("import", args=[run.uid])).content.decode()
    for text in ("哪个镇?", "B3", "A2", "Which one?", 'name="choice-2-name"', "哪个镇一", "A code has six digits."):
        assert text in html
    assert 'id="act-store"' not in html
    for show in ("changes", "remarks"):
        assert client.get(reverse("import", args=[run.uid]), {"show": show}).status_code == 200
    assert client.get(reverse("import", args=[run.uid]), {"page": 9}).status_code == 404
    assert run.file_name in client.get(reverse("imports"), {"kind": "places-test"}).content.decode()
    assert "备注" in client.get(reverse("import-new", args=["places-test"])).content.decode()
    assert "Nummer" not in client.get(reverse("import-columns", args=[run.uid])).content.decode()
    Page(client).send(GOOD)
    good = client.get(reverse("import", args=[newest().uid])).content.decode()
    assert 'id="act-store"' in good
    for name in ("discard", "store"):
        assert client.get(reverse("import-act", args=[newest().uid, name])).status_code == 200
    assert client.get(reverse("import-act", args=[newest().uid, "undo"])).status_code == 302


def test_a_file_that_cannot_be_read_stays_on_the_page_with_its_reason(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    url = reverse("import-new", args=["places-test"])
    for content, status in ((b"PK\x03\x04cut", 400), (b"", 400), (b"x" * (MOST_BYTES + 1), 413)):
        answer = client.post(url, {"file": upload(content, "a.xlsx")})
        assert (
            answer.status_code,
            "errorlist" in answer.content.decode() or "field-error" in answer.content.decode(),
        ) == (
            status,
            True,
        )
    assert client.post(url, {}).status_code == 400
    assert not ImportRun.objects.exists()


def test_the_api_shows_rows_checks_and_actions(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    mapping = json.dumps({"name": "name", "code": "code"})
    body = {"kind": "places-test", "file": upload(UNSURE), "mapping": mapping}
    found = client.post(reverse("api:imports"), body).json()
    assert (found["counts"]["faults"], found["unused_headings"]) == (2, ["note"])
    assert [one["name"] for one in found["actions"]] == ["discard"]
    assert found["checks"][0]["agrees"] is False
    rows = client.get(reverse("api:import-rows", args=[found["uid"]])).json()["results"]
    assert [(row["cell"], row["code"], row["column_label"]) for row in rows] == [
        ("A2", "unsure", "地名"),
        ("B3", "bad_code", "代码"),
    ]
    assert rows[0]["suggestions"][0] == {"value": "哪个镇一", "label": "one"}
    changes = client.get(reverse("api:import-rows", args=[found["uid"]]), {"show": "changes"}).json()["results"]
    assert [(row["what"], row["subject"]) for row in changes] == [("new", "哪个镇?")]
    assert client.get(reverse("api:import-rows", args=[found["uid"]]), {"show": "x"}).status_code == 400
    listed = client.get(reverse("api:imports"), {"status": "checked", "ordering": "file_name"}).json()
    assert listed["results"][0]["uid"] == found["uid"]
    kinds = client.get(reverse("api:import-kinds")).json()
    assert "places-test" in [kind["code"] for kind in kinds]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "nonsense", "file": GOOD}, 400, "bad_input"),
        ({"kind": "places-test"}, 400, "bad_input"),
        ({"kind": "places-test", "file": b"\xff\xff"}, 400, "file_encoding"),
        ({"kind": "places-test", "file": GOOD, "mapping": "[1]"}, 400, "bad_input"),
        ({"kind": "places-test", "file": GOOD, "mapping": "{"}, 400, "bad_input"),
        ({"kind": "places-test", "file": GOOD, "sheet": "x"}, 400, "file_no_such_sheet"),
        ({"kind": "places-test", "file": b"x" * (MOST_BYTES + 1)}, 413, "too_large"),
    ],
)
def test_the_api_refuses_in_words(
    body: dict[str, Any], status: int, code: str, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    data = {key: upload(value) if isinstance(value, bytes) else value for key, value in body.items()}
    answer = signed_in(ndrc_reviewer).post(reverse("api:imports"), data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not ImportRun.objects.exists()


def test_a_write_without_if_match_and_one_in_json_are_refused(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    Api(client).send(GOOD)
    url = reverse("api:import-act", args=[newest().uid, "store"])
    assert client.post(url, {}, content_type="application/json").status_code == 428
    assert client.post(reverse("api:imports"), {"kind": "x"}, content_type="application/json").status_code == 415


def test_the_same_key_brings_a_list_in_once(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    headers = {"Idempotency-Key": "list-1"}
    answers = [
        client.post(reverse("api:imports"), {"kind": "places-test", "file": upload(GOOD)}, headers=headers)
        for _again in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert ImportRun.objects.count() == 1


def test_templates_can_be_filled_in_and_sent_back(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    for form in ("xlsx", "csv"):
        blank = client.get(reverse("import-template", args=["places-test", form]))
        Page(client).client.post(
            reverse("import-new", args=["places-test"]), {"file": upload(blank.content, f"a.{form}")}
        )
        assert newest().mapping == {"name": "地名", "code": "代码", "note": "备注"}
    assert client.get(reverse("import-template", args=["places-test", "doc"])).status_code == 404
    assert client.get(reverse("import-template", args=["nonsense", "csv"])).status_code == 404


def test_faults_as_csv_hold_no_formula(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    Page(client).send(csv_of([["=cmd|' /C calc'!A0", "900001", ""]]))
    content = client.get(reverse("import-faults", args=[newest().uid])).content.decode("utf-8-sig")
    assert "'=cmd" in content
    assert ",=cmd" not in content


def test_a_foreign_list_is_404_at_every_face(ndrc_reviewer: Actor, stranger: Actor, signed_in: SignIn) -> None:
    Page(signed_in(ndrc_reviewer)).send(GOOD)
    client, uid = signed_in(stranger), newest().uid
    for name in ("import", "import-columns", "import-faults", "api:import", "api:import-rows"):
        assert client.get(reverse(name, args=[uid])).status_code == 404
    assert Api(client).act("store") == 404
    assert Page(client).act("store") == 404
    assert Page(client).choose(2, "name", "x") == 404


def test_the_command_says_the_same(ndrc_reviewer: Actor, tmp_path: Path, hire: Hire) -> None:
    def command(content: bytes, *more: str) -> tuple[int, str]:
        file, said = tmp_path / "虚构.xlsx", io.StringIO()
        file.write_bytes(content)
        try:
            call_command(
                *("import_list", "places-test", str(file), "--as", "ndrc.reviewer@test.example", *more),
                stdout=said,
                stderr=said,
            )
        except CommandError as error:
            return error.returncode, said.getvalue() + str(error)
        return 0, said.getvalue()

    code, said = command(xlsx_of([["哪个镇?", "900001", ""]]))
    assert (code, "A2" in said, "哪个镇一" in said) == (1, True, True)
    assert command(b"PK\x03\x04")[0] == 2
    assert command(xlsx_of(many(2)))[0] == 0
    assert not Division.objects.filter(key__startswith="test-").exists()
    assert command(xlsx_of(many(2)), "--store")[0] == 0
    assert Division.objects.filter(key__startswith="test-").count() == 2
    hire("ndrc.reviewer", "ndrc", Role.REVIEWER, "luzhou")
    assert command(xlsx_of(many(2)))[0] == 2
    assert command(xlsx_of(many(2)), "--programme", "national")[0] == 0


def test_the_navigation_leads_there_only_whom_it_concerns(
    ndrc_reviewer: Actor, sichuan_drafter: Actor, signed_in: SignIn, places: Places
) -> None:
    assert reverse("imports") in signed_in(ndrc_reviewer).get("/").content.decode()
    client = signed_in(sichuan_drafter)
    assert reverse("imports") not in client.get("/").content.decode()
    assert client.get(reverse("imports")).status_code == 403


def test_statements_do_not_grow_with_the_rows(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, counts = signed_in(ndrc_reviewer), []
    for number in (2, 60):
        Page(client).send(csv_of([*many(number), *[["哪个镇?", f"{800000 + n}", ""] for n in range(number)]]))
        pages = [reverse("imports"), *(reverse(name, args=[newest().uid]) for name in ("import", "api:import"))]
        for url in pages:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts.append(len(captured))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 15
