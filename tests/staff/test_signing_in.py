"""From the invitation to the desk; passwords, failures, events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Membership, User
from accounts.passwords import DEMO_PASSWORD
from records.models import Event, OutboxMessage
from records.outbox import dispatch_waiting
from staff.services.memberships import InvitationInput, invite
from tests.staff.conftest import PASSWORD, Office

Member = Callable[..., Membership]
LOGIN = "/accounts/login/"


@pytest.fixture
def post_box(tmp_path: Path) -> Iterator[Path]:
    backend = "django.core.mail.backends.filebased.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=str(tmp_path)):
        yield tmp_path


@pytest.fixture
def visitor(world: Office) -> Client:
    return Client(headers={"accept-language": "en"})


def link_in(post_box: Path) -> str:
    """The path of the link in the newest mail."""
    dispatch_waiting()
    newest = max(post_box.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    found = re.search(r"https?://[^/\s]+(/\S+)", newest.read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


def test_from_the_invitation_to_the_desk(world: Office, visitor: Client, post_box: Path) -> None:
    data = InvitationInput("new@office.example", "New", world.office.uid, "national", "drafter", language="en")
    invite(data, by=world.admin)
    link = link_in(post_box)
    form = visitor.get(link, follow=True)
    assert "Set your password" in form.content.decode()
    action = form.redirect_chain[-1][0]
    for refused in ("short", DEMO_PASSWORD, "1234567890123"):
        page = visitor.post(action, {"password1": refused, "password2": refused})
        assert "field-error" in page.content.decode()
    assert visitor.post(action, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert "does not work any more" in Client(headers={"accept-language": "en"}).get(link).content.decode()
    answer = visitor.post(LOGIN, {"login": "NEW@office.example", "password": PASSWORD})
    assert answer["Location"] == reverse("desk")
    assert answer.cookies["django_language"].value == "en"
    assert visitor.get("/").status_code == 200
    acts = set(Event.objects.filter(user__email="new@office.example").values_list("act", flat=True))
    assert {"account.set_password", "account.sign_in"} <= acts


def test_signing_in_and_out_are_events_with_an_origin(world: Office, visitor: Client, member: Member) -> None:
    person = member().user
    assert sign_in(visitor, person.email) == 302
    visitor.post("/accounts/logout/")
    assert visitor.get("/").status_code == 302
    events = Event.objects.filter(user=person).order_by("id")
    assert [e.act for e in events] == ["account.sign_in", "account.sign_out"]
    assert all(e.origin.startswith("127.0.0.1 ") for e in events)
    assert all(e.programme is None for e in events)


def test_a_refusal_is_an_event_without_what_was_typed(world: Office, visitor: Client, member: Member) -> None:
    person = member().user
    answer = visitor.post(LOGIN, {"login": person.email, "password": "wrong-secret-1"})
    assert answer.status_code == 400
    assert sign_in(visitor, "hunter2@secret.example", "wrong-secret-2") == 400
    known, unknown = Event.objects.filter(act="account.sign_in_failed").order_by("id")
    assert known.subject_uid == person.uid
    kept = str(list(Event.objects.values()))
    assert "wrong-secret" not in kept
    assert "hunter2" not in kept
    assert unknown.subject_label == "—"


@override_settings(AXES_ENABLED=True)
def test_five_wrong_passwords_lock_in_words(world: Office, visitor: Client, member: Member) -> None:
    person = member().user
    codes = [sign_in(visitor, person.email, "wrong-secret-1") for _ in range(6)]
    assert codes[:4] == [400] * 4
    locked = visitor.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert locked.status_code == 429
    assert "Wait five minutes" in locked.content.decode()
    assert sign_in(visitor, member("other@office.example").user.email) == 302, "others are not locked"


def test_a_closed_account_is_refused_in_words(world: Office, visitor: Client, member: Member) -> None:
    person = member().user
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = visitor.post(LOGIN, {"login": person.email, "password": PASSWORD}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert visitor.get("/").status_code == 302


def test_without_a_role_one_gets_in_and_is_told(world: Office, visitor: Client) -> None:
    User.objects.create_user("lonely@office.example", "lonely", PASSWORD)
    answer = visitor.post(LOGIN, {"login": "lonely@office.example", "password": PASSWORD})
    assert answer["Location"] == reverse("staff:no-role")


def test_resetting_by_mail_says_the_same_to_everybody(
    world: Office, visitor: Client, member: Member, post_box: Path
) -> None:
    person = member().user
    url = "/accounts/password/reset/"
    unknown = visitor.post(url, {"email": "nobody@office.example"}, follow=True).content
    assert not OutboxMessage.objects.exists()
    known = visitor.post(url, {"email": person.email}, follow=True).content
    strip = re.compile(rb'value="[A-Za-z0-9]{64}"')
    assert strip.sub(b"", known) == strip.sub(b"", unknown)
    assert OutboxMessage.objects.get().topic == "people.password_reset"
    action = visitor.get(link_in(post_box), follow=True).redirect_chain[-1][0]
    new = "deep-forest-9023"
    visitor.post(action, {"password1": new, "password2": new})
    assert sign_in(visitor, person.email) == 400
    assert sign_in(visitor, person.email, new) == 302


def test_changing_the_password_signs_out_everywhere_else(world: Office, visitor: Client, member: Member) -> None:
    person = member().user
    other = Client()
    assert sign_in(visitor, person.email) == sign_in(other, person.email) == 302
    given = {"oldpassword": PASSWORD, "password1": "deep-forest-9023", "password2": "deep-forest-9023"}
    assert visitor.post("/accounts/password/change/", given).status_code == 302
    assert visitor.get("/notices/").status_code == 200
    assert other.get("/notices/").status_code == 302


def test_the_demo_password_does_not_open_what_was_not_made_for_the_demo(
    world: Office, visitor: Client, member: Member
) -> None:
    person = member().user
    assert sign_in(visitor, person.email) == 302
    given = {"oldpassword": PASSWORD, "password1": DEMO_PASSWORD, "password2": DEMO_PASSWORD}
    page = visitor.post("/accounts/password/change/", given).content.decode()
    assert "password of the demo" in page


@pytest.mark.parametrize(
    "path",
    ["login", "logout", "inactive", "signup", "password/reset", "password/reset/done", "password/reset/key/done"],
)
def test_the_pages_of_the_way_in(world: Office, visitor: Client, path: str) -> None:
    assert visitor.get(f"/accounts/{path}/").status_code in {200, 302}


@pytest.mark.parametrize("path", ["email", "confirm-email", "password/set", "reauthenticate", "login/code"])
def test_what_the_portal_does_not_use_does_not_exist(world: Office, visitor: Client, path: str) -> None:
    assert visitor.get(f"/accounts/{path}/").status_code == 404


def test_nobody_signs_up(world: Office, visitor: Client) -> None:
    assert "by invitation" in visitor.get("/accounts/signup/").content.decode()
    assert visitor.post("/accounts/signup/", {"email": "a@b.example"}).status_code == 405


def test_an_invitation_that_ran_out_is_renewed_by_asking_for_a_new_link(
    world: Office, visitor: Client, post_box: Path
) -> None:
    data = InvitationInput("new@office.example", "New", world.office.uid, "national", "drafter", language="en")
    invite(data, by=world.admin)
    first = link_in(post_box)
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert "does not work any more" in visitor.get(first).content.decode()
    visitor.post("/accounts/password/reset/", {"email": "new@office.example"})
    assert "Set the password" in visitor.get(link_in(post_box), follow=True).content.decode()


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/password/reset/"])
def test_the_forms_of_the_way_in_speak_the_portals_words_once(world: Office, page: str) -> None:
    said = Client(headers={"accept-language": "en"}).get(page).content.decode()
    assert "Mail address" in said
    assert "placeholder" not in said
