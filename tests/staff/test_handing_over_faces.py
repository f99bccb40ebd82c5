"""Handing over by page and by API: the same rows, the same events, the same reach."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import ApiToken, Membership, Role, User
from records.models import Event, Notice, OutboxMessage, Webhook
from records.outbox import deliver_notices
from reporting.models import Report, Writer
from staff.models import HandOver
from staff.services.handing_over import HandOverInput, hand_over
from tests.staff.conftest import Office
from tests.steps import write

pytestmark = pytest.mark.django_db

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]
NOTE = "=1+1 先给乡镇打电话"


@pytest.fixture
def pair(member: Member) -> tuple[Membership, Membership]:
    """Who leaves, and who follows."""
    return member(), member("next@office.example", Role.VIEWER)


@pytest.fixture
def done(world: Office, pair: tuple[Membership, Membership]) -> HandOver:
    old, new = pair
    return hand_over(HandOverInput(old.user.uid, world.office.uid, NOTE, new.user.uid), by=world.admin)


def given(old: Membership, new: Membership | None = None, **more: str) -> dict[str, Any]:
    successor = str(new.user.uid) if new else ""
    return {"memberships": [str(old.uid)], "successor": successor, "note": NOTE, "language": "zh-hans", **more}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def by_api(client: Client, person: User, **body: Any) -> HttpResponse:
    url = reverse("api:hand-over", args=[person.uid])
    answer: HttpResponse = client.post(url, body, content_type="application/json")  # type: ignore[assignment]
    return answer


# --- pages ------------------------------------------------------------------------------------------------


def test_from_the_person_to_the_pack(
    world: Office, pair: tuple[Membership, Membership], signed_in: SignedIn, english: None
) -> None:
    old, new = pair
    client, url = signed_in(world.admin.user), reverse("staff:person-hand-over", args=[old.user.uid])
    assert url in text(client.get(reverse("staff:person", args=[old.user.uid])))
    page = text(client.get(url))
    assert "next" in page and 'value="' + str(world.admin.user.uid) not in page
    look = text(client.post(url, given(old, new)))
    assert "Back, change something" in look and not HandOver.objects.exists()
    assert str(old.uid) in look and "drafter" in look
    again = client.post(url, given(old, new, change="1"))
    assert again.status_code == 200 and "先给乡镇打电话" in text(again)
    answer = client.post(url, given(old, new, confirmed="1"), follow=True)
    row = HandOver.objects.get()
    assert answer.redirect_chain == [(reverse("staff:handover", args=[row.uid]), 302)]
    assert "has been handed over" in text(answer) and "先给乡镇打电话" in text(answer)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"note": ""}, 400), ({"successor": ""}, 400), ({"email": "a@office.example"}, 400), ({"successor": "x"}, 400),
        ({"memberships": ["x"]}, 400), ({"memberships": []}, 400), ({"successor": "", "email": "a@b.example"}, 400),
        ({"note": "\x00"}, 400), ({"note": "长" * 3000}, 400),
    ],
)  # fmt: skip
def test_a_refusal_comes_back_as_typed(
    change: dict[str, Any], status: int, world: Office, pair: tuple[Membership, Membership], signed_in: SignedIn
) -> None:
    old, new = pair
    url = reverse("staff:person-hand-over", args=[old.user.uid])
    answer = signed_in(world.admin.user).post(url, {**given(old, new, confirmed="1"), **change})
    assert answer.status_code == status
    assert "Please correct this first" in text(answer)
    assert not HandOver.objects.exists()


def test_one_prepares_one_s_own_and_another_hands_it_over(
    world: Office, pair: tuple[Membership, Membership], signed_in: SignedIn
) -> None:
    mine = signed_in(pair[0].user)
    page = text(mine.get(reverse("staff:handover-mine")))
    assert "This is your own work" in page and "<textarea" not in page
    admin = signed_in(world.admin.user)
    own = reverse("staff:person-hand-over", args=[world.admin.user.uid])
    assert admin.get(own).status_code == 403
    assert own not in text(admin.get(reverse("staff:person", args=[world.admin.user.uid])))
    assert mine.get(reverse("api:holdings", args=[pair[0].user.uid])).status_code == 200
    assert mine.get(reverse("api:holdings", args=[pair[1].user.uid])).status_code == 403


def test_who_reads_a_pack(world: Office, done: HandOver, member: Member, signed_in: SignedIn) -> None:
    auditor = member("auditor@office.example", Role.AUDITOR)
    colleague = member("colleague@office.example")
    member("drafter@office.example", unit=world.elsewhere)  # the one who left works elsewhere now
    readers = {
        world.admin.user: 200, done.successor: 200, auditor.user: 200, colleague.user: 404,
        world.stranger.user: 404, world.system.user: 404, done.person: 404,
    }  # fmt: skip
    for name in ("staff:handover", "staff:handover-xlsx", "api:hand-over-pack"):
        url = reverse(name, args=[done.uid])
        found = {person: signed_in(person).get(url).status_code for person in readers}
        assert found == readers, name
    listed = {person: str(done.uid) in text(signed_in(person).get("/people/handover/")) for person in readers}
    assert listed == {person: status == 200 for person, status in readers.items()}


def test_the_notice_leads_to_the_pack(world: Office, done: HandOver, signed_in: SignedIn) -> None:
    deliver_notices()
    notice = Notice.objects.get(user=done.successor)
    answer = signed_in(done.successor).post(reverse("notice-read", args=[notice.uid]), {"open": "1"})
    assert answer["Location"] == reverse("staff:handover", args=[done.uid])


def test_the_successor_who_has_left_reads_it_no_more(done: HandOver, member: Member, signed_in: SignedIn) -> None:
    member(
        "next@office.example",
        Role.VIEWER,
        unit=Membership.objects.get(role=Role.UNIT_ADMIN, user__name="stranger").unit,
    )
    Membership.objects.filter(user=done.successor, unit=done.unit).update(ended_at=timezone.now())
    assert signed_in(done.successor).get(reverse("staff:handover", args=[done.uid])).status_code == 404


def test_the_workbook_holds_text_and_no_formulas(world: Office, done: HandOver, signed_in: SignedIn) -> None:
    answer = signed_in(world.admin.user).get(reverse("staff:handover-xlsx", args=[done.uid]))
    assert answer["Content-Type"].endswith("spreadsheetml.sheet") and ".xlsx" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2)]
        strings = book.read("xl/sharedStrings.xml").decode()
    assert NOTE in strings and "drafter" in strings and "Roles" in strings
    assert not any("<f>" in sheet for sheet in sheets)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(
    language: str, world: Office, done: HandOver, member: Member, signed_in: SignedIn
) -> None:
    client = signed_in(world.admin.user)
    client.cookies["django_language"] = language
    person = member("other@office.example").user
    for url in (
        reverse("staff:handovers"), reverse("staff:handover-mine"), reverse("staff:handover", args=[done.uid]),
        reverse("staff:person-hand-over", args=[person.uid]),
    ):  # fmt: skip
        assert f'lang="{language}"' in text(client.get(url))


# --- the API ----------------------------------------------------------------------------------------------


def test_holdings_and_the_act_by_api(world: Office, pair: tuple[Membership, Membership], signed_in: SignedIn) -> None:
    old, new = pair
    client = signed_in(world.admin.user)
    holdings = client.get(reverse("api:holdings", args=[old.user.uid]), {"unit": str(world.office.uid)}).json()
    assert [action["name"] for action in holdings["actions"]] == ["hand_over"]
    lists = {found["kind"]: found["items"] for found in holdings["lists"]}
    assert (lists["hat"][0]["uid"], lists["hat"][0]["role"]) == (str(old.uid), "drafter")
    body = {"unit": str(world.office.uid), "successor": str(new.user.uid), "note": NOTE}
    look = by_api(client, old.user, dry_run=True, **body)
    assert (look.status_code, look.json()["is_stored"]) == (200, False)  # type: ignore[attr-defined]
    assert not HandOver.objects.exists()
    answer = by_api(client, old.user, **body)
    assert answer.status_code == 201
    made = answer.json()  # type: ignore[attr-defined]
    assert (made["successor"]["uid"], made["note"], made["is_stored"]) == (str(new.user.uid), NOTE, True)
    assert by_api(client, old.user, **body).status_code == 409
    rows = client.get(reverse("api:hand-overs"), {"person": str(old.user.uid)}).json()["results"]
    assert [row["uid"] for row in rows] == [made["uid"]]
    assert client.get(reverse("api:hand-overs"), {"person": str(new.user.uid)}).json()["results"] == []


def test_what_the_api_refuses(world: Office, pair: tuple[Membership, Membership], signed_in: SignedIn) -> None:
    old, new = pair
    body = {"unit": str(world.office.uid), "successor": str(new.user.uid), "note": NOTE}
    admin, stranger = signed_in(world.admin.user), signed_in(world.stranger.user)
    assert by_api(stranger, old.user, **body).status_code == 404
    assert by_api(admin, world.admin.user, **body).status_code == 403
    assert by_api(admin, old.user, **{**body, "unit": str(world.elsewhere.uid)}).status_code == 404
    for change in ({"note": ""}, {"note": "\x00"}, {"successor": None}, {"invitation": {"email": "a@b.example"}},
                   {"memberships": ["x"]}, {"unit": None}, {"deactivate": "perhaps"}):  # fmt: skip
        assert by_api(admin, old.user, **{**body, **change}).status_code == 400, change
    holdings = reverse("api:holdings", args=[old.user.uid])
    assert admin.get(holdings, {"unit": "x"}).status_code == 400
    assert admin.get(holdings, {"unit": str(world.elsewhere.uid)}).status_code == 404
    assert stranger.get(holdings).status_code == 404
    assert not HandOver.objects.exists()


# --- the same by both -------------------------------------------------------------------------------------


def traces() -> dict[str, Any]:
    """Everything a hand-over leaves, without keys and instants."""
    rows = HandOver.objects.values_list("unit", "programme", "person", "successor__email", "done_by", "note", "pack")
    hats = (
        Membership.objects.filter(ended_at__isnull=True)
        .order_by("pk")
        .values_list("user__email", "unit", "role", "user__is_active")
    )
    events = Event.objects.order_by("pk").values_list(
        "act", "outcome", "comment", "user", "role", "unit", "data__counts"
    )
    messages = OutboxMessage.objects.order_by("pk").values_list("topic", "recipient__email", "params", "channel")
    tokens = ApiToken.objects.values_list("hat", "revoked_by")
    people = User.objects.order_by("pk").values_list("email", "name", "is_active", "language")
    return {name: list(found) for name, found in {
        "rows": rows, "hats": hats, "events": events, "messages": messages, "tokens": tokens, "people": people,
    }.items()}  # fmt: skip


@pytest.mark.parametrize("deactivate", [False, True])
@pytest.mark.parametrize("invited", [False, True])
def test_page_and_api_leave_the_same(
    invited: bool, deactivate: bool, world: Office, pair: tuple[Membership, Membership], signed_in: SignedIn
) -> None:
    old, new = pair
    a_token_of(old)
    client = signed_in(world.admin.user)
    newcomer = {"email": "new@office.example", "name": "New", "phone": "0830-1", "language": "en"}
    form = {**given(old, None if invited else new, confirmed="1"), **(newcomer if invited else {})}
    form |= {"deactivate": "on"} if deactivate else {}
    to: dict[str, Any] = {"invitation": newcomer} if invited else {"successor": str(new.user.uid)}
    body = {"unit": str(world.office.uid), "memberships": [str(old.uid)], "note": NOTE, "deactivate": deactivate, **to}
    page = reverse("staff:person-hand-over", args=[old.user.uid])
    statuses, left = [], []
    for face in (lambda: client.post(page, form), lambda: by_api(client, old.user, **body)):
        with transaction.atomic():
            statuses.append(face().status_code)
            left.append(traces())
            transaction.set_rollback(True)
    assert statuses == [302, 201]
    assert left[0] == left[1]
    assert len(left[0]["rows"]) == 1 and left[0]["tokens"][0][1] == world.admin.user.pk


def a_token_of(hat: Membership, number: int = 1) -> ApiToken:
    token: ApiToken = ApiToken.objects.create(
        hat=hat, name=f"接口{number}", scopes=["read"], prefix=f"f{hat.pk}-{number}", secret_sha256="0" * 64,
        expires_at=timezone.now() + dt.timedelta(days=30),
    )  # fmt: skip
    return token


def test_the_lists_take_as_many_statements_for_much_as_for_little(
    luzhou_report: Report, sichuan_report: Report, luzhou_drafter: Actor, unit_admin: Actor, signed_in: SignedIn,
) -> None:  # fmt: skip
    client = signed_in(unit_admin.user)
    url = reverse("staff:person-hand-over", args=[luzhou_drafter.user.uid])
    client.get(url)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = statements()
    write(luzhou_report, luzhou_drafter)
    Writer.objects.create(report=sichuan_report, user=luzhou_drafter.user)
    for number in range(5):
        a_token_of(luzhou_drafter.hat, number)
        Webhook.objects.create(
            unit=unit_admin.unit, programme=luzhou_report.due.cycle.programme, name=f"钩子{number}", watermark=0,
            url="https://office.example/", event_types=["report.submit"], secret="x", created_by=luzhou_drafter.user,
        )  # fmt: skip
    assert "钩子4" in text(client.get(url))
    assert statements() == few <= 24
