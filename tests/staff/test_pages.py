"""The pages: what each shows and refuses, and where it leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Membership, Role, User
from records.models import Event
from staff.services.people import PhoneInput, set_phone
from tests.staff.conftest import Office

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]


def test_the_unit_administrator_sees_the_people_of_the_unit(world: Office, member: Member, signed_in: SignedIn) -> None:
    member()
    member("foreign@office.example", unit=world.elsewhere)
    page = signed_in(world.admin.user).get("/people/").content.decode()
    assert "drafter@office.example" in page
    assert "foreign@office.example" not in page
    assert reverse("staff:invite", args=[world.office.uid]) in page


def test_the_system_administrator_searches_units_and_sees_who_has_no_administrator(
    world: Office, signed_in: SignedIn
) -> None:
    client = signed_in(world.system.user)
    Membership.objects.filter(pk=world.stranger.hat.pk).update(ended_at=world.stranger.hat.started_at)
    assert "office" in client.get("/people/").content.decode()
    page = client.get("/people/", {"administrators": "without", "q": "elsewhere"}).content.decode()
    assert reverse("staff:unit", args=[world.elsewhere.uid]) in page
    assert "No unit fits" in client.get("/people/", {"q": "nowhere"}).content.decode()


def test_an_auditor_looks_and_changes_nothing(world: Office, member: Member, signed_in: SignedIn) -> None:
    auditor = member("auditor@office.example", Role.AUDITOR)
    drafter = member()
    client = signed_in(auditor.user)
    page = client.get(reverse("staff:unit", args=[world.office.uid])).content.decode()
    assert "drafter@office.example" in page
    assert "invite" not in page
    assert client.get(reverse("staff:person", args=[drafter.user.uid])).status_code == 200
    assert client.get(reverse("staff:invite", args=[world.office.uid])).status_code == 403


def test_a_drafter_has_no_people_page(member: Member, signed_in: SignedIn) -> None:
    assert signed_in(member().user).get("/people/").status_code == 403


@pytest.mark.parametrize(
    "name", ["person", "person-deactivate", "person-reactivate", "person-phone", "membership-move"]
)
def test_foreign_people_are_not_there(world: Office, member: Member, signed_in: SignedIn, name: str) -> None:
    hat = member(unit=world.elsewhere)
    uid = hat.uid if name.startswith("membership") else hat.user.uid
    assert signed_in(world.admin.user).get(reverse(f"staff:{name}", args=[uid])).status_code == 404


def test_inviting_by_form(world: Office, signed_in: SignedIn) -> None:
    client = signed_in(world.admin.user)
    url = reverse("staff:invite", args=[world.office.uid])
    given = {"email": "new@office.example", "name": "New", "role": "lead", "programme": "national", "language": "en"}
    assert client.get(url).status_code == 200
    answer = client.post(url, given, follow=True)
    assert "the link to set a password goes out by mail" in answer.content.decode()
    assert Membership.objects.get(user__email="new@office.example").role == Role.LEAD
    again = client.post(url, given)
    assert again.status_code == 400
    assert "already has this role" in again.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"email": "x"},
        {"name": "a\x00"},
        {"role": "system_admin"},
        {"programme": "city"},
        {"phone": "x" * 5000},
        {"name": "长" * 100_000},
        {"language": "tlh"},
    ],
)
def test_a_wrong_form_comes_back_as_typed(world: Office, signed_in: SignedIn, change: dict[str, str]) -> None:
    given = {"email": "n@office.example", "name": "New", "role": "lead", "programme": "national", "language": "en"}
    url = reverse("staff:invite", args=[world.office.uid])
    answer = signed_in(world.admin.user).post(url, {**given, **change})
    assert answer.status_code == 400
    assert "Please correct this first" in answer.content.decode()
    assert not User.objects.filter(email=given["email"]).exists()


def test_each_act_has_its_page_and_works(world: Office, member: Member, signed_in: SignedIn) -> None:
    client = signed_in(world.admin.user)
    hat = member()
    move = reverse("staff:membership-move", args=[hat.uid])
    given = {"unit": str(world.office.uid), "role": "lead", "programme": "national", "reason": "New duties"}
    assert client.get(move).status_code == 200
    assert client.post(move, {**given, "reason": ""}).status_code == 400
    assert client.post(move, given).status_code == 302
    assert client.post(move, given).status_code == 409
    new = Membership.objects.current().get(user=hat.user)
    end = reverse("staff:membership-end", args=[new.uid])
    assert client.post(end, {"reason": "Done"}).status_code == 302
    page = client.get(reverse("staff:person", args=[hat.user.uid])).content.decode()
    assert "Moved to another role" in page
    assert "New duties" in page


def test_closing_and_opening_an_account(world: Office, member: Member, signed_in: SignedIn) -> None:
    client = signed_in(world.admin.user)
    person = member().user
    closing = client.post(reverse("staff:person-deactivate", args=[person.uid]), {"reason": "Retired"}, follow=True)
    assert "is closed" in closing.content.decode()
    url = reverse("staff:person-reactivate", args=[person.uid])
    assert client.get(url).status_code == 200
    opening = client.post(url, {"role": "viewer", "programme": "national", "reason": "Back"}, follow=True)
    assert "is open again" in opening.content.decode()


def test_a_phone_is_masked_until_asked_for(world: Office, member: Member, signed_in: SignedIn) -> None:
    person = member().user
    set_phone(PhoneInput(person.uid, "13800001234"), by=world.admin)
    client = signed_in(world.admin.user)
    url = reverse("staff:person", args=[person.uid])
    assert "138****34" in client.get(url).content.decode()
    reveal = reverse("staff:person-phone-reveal", args=[person.uid])
    assert client.get(reveal).status_code == 405
    answer = client.post(reveal)
    assert "13800001234" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "13800001234" not in client.get(url).content.decode()
    assert client.post(reverse("staff:person-phone", args=[person.uid]), {"phone": "abc"}).status_code == 400


def test_the_exemption_pages(world: Office, member: Member, signed_in: SignedIn) -> None:
    member()
    client = signed_in(world.admin.user)
    given = {"programme": "national", "reason": "One post"}
    grant = reverse("staff:exemption-grant", args=[world.office.uid])
    assert client.get(grant).status_code == 200
    assert "One post" in client.post(grant, given, follow=True).content.decode()
    member("lead@office.example", Role.LEAD)
    assert client.post(grant, given).status_code == 422
    end = reverse("staff:exemption-end", args=[world.office.uid])
    assert client.get(end).status_code == 200
    assert "No exemption" in client.post(end, given, follow=True).content.decode()


def test_choosing_a_hat(world: Office, member: Member, signed_in: SignedIn) -> None:
    one = member()
    two = member(role=Role.LEAD)
    foreign = member("other@office.example")
    client = signed_in(one.user)
    assert client.post("/hat/", {"membership": str(two.uid)})["Location"] == reverse("desk")
    assert client.session["hat"] == two.pk
    for wrong in (str(foreign.uid), "nonsense", ""):
        assert client.post("/hat/", {"membership": wrong}).status_code == 404
    assert client.get("/hat/").status_code == 405


def test_who_has_no_role_is_told_whom_to_ask(world: Office, signed_in: SignedIn) -> None:
    lonely = User.objects.create_user("lonely@office.example", "lonely", "x")
    page = signed_in(lonely).get(reverse("staff:no-role"))
    assert page.status_code == 200
    assert "no unit has given you a role" in page.content.decode()
    assert signed_in(world.admin.user).get(reverse("staff:no-role")).status_code == 302


def test_demo_accounts_exist_only_in_the_demo(world: Office, member: Member) -> None:
    hat = member("demo@office.example")
    User.objects.filter(pk=hat.user.pk).update(is_demo=True)
    client = Client(headers={"accept-language": "en"})
    url = reverse("staff:demo-login")
    assert client.post(url, {"membership": str(hat.uid)}).status_code == 404
    assert "demo@office.example" not in client.get("/accounts/login/").content.decode()
    with override_settings(DEMO=True):
        assert "demo@office.example" in client.get("/accounts/login/").content.decode()
        assert client.get(url).status_code == 405
        assert client.post(url, {"membership": str(world.admin.hat.uid)}).status_code == 404
        assert client.post(url, {"membership": str(hat.uid)})["Location"] == reverse("desk")
    assert client.session["hat"] == hat.pk
    assert Event.objects.filter(act="account.sign_in", user=hat.user).exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(world: Office, member: Member, signed_in: SignedIn, language: str) -> None:
    client = signed_in(world.admin.user)
    client.cookies["django_language"] = language
    person = member().user
    for url in ("/people/", reverse("staff:person", args=[person.uid]), "/notices/", "/history/"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()
