"""Who cannot be reached: shown to whoever administers the unit, told once, gone when it is over."""

from __future__ import annotations

import smtplib

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Membership, Role, SoloExemption, User
from pilots.reachability import unreached, vacancies
from portal.errors import PortalError
from records import outbox
from records.models import Event, MailFailure, OutboxMessage
from records.outbox import Message, send_mail, tell
from staff.services.addresses import AddressInput, correct_address
from staff.tasks import tell_failing_mail
from tests.conftest import Hire, SignIn
from tests.test_races import at_once
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(luzhou_drafter: Actor, monkeypatch: pytest.MonkeyPatch) -> MailFailure:
    """The drafter's mailbox was refused three times."""

    def refuse(row: OutboxMessage) -> None:
        raise smtplib.SMTPRecipientsRefused({row.recipient.email: (550, b"no such mailbox")})

    tell([luzhou_drafter.user], Message("report.received"), channel="mail")
    with monkeypatch.context() as server:
        server.setattr(outbox, "_send", refuse)
        for _attempt in range(3):
            OutboxMessage.objects.update(not_before=timezone.now())
            send_mail()
    return MailFailure.objects.get()


@pytest.fixture
def page(unit_admin: Actor, signed_in: SignIn) -> Client:
    return signed_in(unit_admin)


def told_of(person: Actor) -> int:
    return OutboxMessage.objects.filter(topic="people.mail_failing", recipient=person.user, channel="notice").count()


def test_the_administrator_is_told_once_and_sees_it_until_it_is_over(
    refused: MailFailure, unit_admin: Actor, luzhou_drafter: Actor, page: Client
) -> None:
    assert [tell_failing_mail(), tell_failing_mail()] == [1, 0]
    assert told_of(unit_admin) == 1
    staff = reverse("api:unit-staff", args=[unit_admin.unit.uid])
    (row,) = page.get(staff).json()["refused_mail"]
    assert row["person"]["name"] == luzhou_drafter.user.name
    assert "no such mailbox" in page.get(reverse("staff:people")).content.decode()
    assert luzhou_drafter.user.name in page.get(reverse("desk")).content.decode()
    OutboxMessage.objects.update(not_before=timezone.now())
    assert send_mail() == 1
    assert page.get(staff).json()["refused_mail"] == []
    assert luzhou_drafter.user.name not in page.get(reverse("desk")).content.decode()


def test_the_next_time_is_told_again(refused: MailFailure, unit_admin: Actor) -> None:
    tell_failing_mail()
    MailFailure.objects.update(ended_at=timezone.now())
    MailFailure.objects.create(user=refused.user, error="again")
    assert tell_failing_mail() == 1
    assert told_of(unit_admin) == 2


def test_two_units_two_administrators_each_about_their_own(
    refused: MailFailure, luzhou_drafter: Actor, unit_admin: Actor, hire: Hire
) -> None:
    hire("luzhou.drafter", "drc-510000", Role.VIEWER)
    other = hire("sichuan.admin", "drc-510000", Role.UNIT_ADMIN)
    foreign = hire("guangdong.admin", "drc-440000", Role.UNIT_ADMIN)
    tell_failing_mail()
    assert [told_of(person) for person in (unit_admin, other, foreign)] == [1, 1, 0]
    path = OutboxMessage.objects.get(topic="people.mail_failing", recipient=other.user).path
    assert path == reverse("staff:unit", args=[other.unit.uid])


def test_offices_on_a_route_need_somebody_to_write_and_to_sign(hire: Hire, unit_admin: Actor, page: Client) -> None:
    def missing() -> list[tuple[str, bool, bool]]:
        found = vacancies(Unit.objects.get(key="lgo-510500"))
        return [(row.programme.code, row.no_drafter, row.no_lead) for row in found if row.programme.code == "national"]

    assert missing() == [("national", True, True)]
    drafter = hire("luzhou.drafter", "lgo-510500", Role.DRAFTER)
    assert missing() == [("national", False, True)]
    programme = drafter.programme
    assert programme
    SoloExemption.objects.create(unit=drafter.unit, programme=programme, reason="R", granted_by=unit_admin.user)
    assert missing() == []
    Membership.objects.filter(pk=drafter.hat.pk).update(ended_at=timezone.now())
    rows = page.get(reverse("api:unit-staff", args=[unit_admin.unit.uid])).json()["vacancies"]
    assert [(row["programme"]["code"], row["no_drafter"], row["no_lead"]) for row in rows] == [
        ("national", True, False)
    ]
    assert rows[0]["text"] in page.get(reverse("desk")).content.decode()


def test_the_whole_portal_in_three_numbers(refused: MailFailure, luzhou_lead: Actor) -> None:
    found = unreached()
    assert found.people == 1
    assert found.offices_without_drafter == found.offices_without_lead > 50


def test_nobody_below_sees_the_warning(refused: MailFailure, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    assert refused.error not in signed_in(luzhou_drafter).get(reverse("desk")).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_two_passes_at_once_tell_once(refused: MailFailure, unit_admin: Actor) -> None:
    at_once(tell_failing_mail, tell_failing_mail, tell_failing_mail)
    assert told_of(unit_admin) == 1


def corrected(email: str = "right@test.example", **more: object) -> dict[str, object]:
    return {"email": email, "reason": "He moved", **more}


def test_the_address_is_corrected_and_what_was_refused_goes_out(
    refused: MailFailure, luzhou_drafter: Actor, page: Client
) -> None:
    OutboxMessage.objects.update(given_up_at=timezone.now())
    person = reverse("staff:person", args=[refused.user.uid])
    url = reverse("staff:person-email", args=[refused.user.uid])
    assert url in page.get(person).content.decode()
    seen = page.get(reverse("api:person", args=[refused.user.uid])).json()
    assert (seen["mail_error"], "set_email" in str(seen["actions"])) == ("550 no such mailbox", True)
    assert page.post(url, corrected("Right@test.example", version=0)).status_code == 302
    refused.refresh_from_db()
    assert refused.ended_at
    assert send_mail() == 1
    assert mail.outbox[-1].to == ["right@test.example"]
    assert Event.objects.get(act="people.set_email").comment == "He moved"
    assert OutboxMessage.objects.filter(topic="people.address_corrected", channel="notice").count() == 1
    assert url not in page.get(person).content.decode()


def test_whoever_has_no_password_yet_is_invited_anew(refused: MailFailure, unit_admin: Actor) -> None:
    refused.user.set_unusable_password()
    refused.user.save()
    OutboxMessage.objects.update(topic="people.invited", path="/dead-link/")
    correct_address(AddressInput(refused.user.uid, "right@test.example", "R"), by=unit_admin)
    assert send_mail() == 1
    assert "dead-link" not in mail.outbox[-1].body
    assert "/password/reset/key/" in mail.outbox[-1].body


def test_an_address_that_works_and_one_of_others_stay(
    luzhou_drafter: Actor, luzhou_lead: Actor, unit_admin: Actor, hire: Hire, page: Client
) -> None:
    room = reverse("api:person-email", args=[luzhou_drafter.user.uid])

    def put(email: str) -> tuple[int, str]:
        answer = page.put(room, corrected(email), content_type="application/json", headers={"if-match": '"0"'})
        return answer.status_code, (answer.json().get("findings") or [{"code": ""}])[0]["code"]

    assert put("right@test.example") == (422, "mail_arrives")
    MailFailure.objects.create(user=luzhou_drafter.user, error="550")
    assert put(luzhou_drafter.user.email) == (400, "same_address")
    assert put(luzhou_lead.user.email) == (400, "mail_taken")
    hire("luzhou.drafter", "drc-510000", Role.VIEWER)
    assert put("right@test.example") == (422, "works_elsewhere")


def test_nobody_corrects_their_own(unit_admin: Actor) -> None:
    MailFailure.objects.create(user=unit_admin.user, error="550")
    with pytest.raises(PortalError):
        correct_address(AddressInput(unit_admin.user.uid, "right@test.example", "R"), by=unit_admin)
    assert User.objects.get(pk=unit_admin.user.pk).email == unit_admin.user.email
