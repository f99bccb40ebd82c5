"""API tokens: made within a hat, shown once, told about, and dead as soon as anything of theirs is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import ApiToken, Membership, Role, User
from accounts.tokens import TEXT, Refusal, recognise
from portal.errors import BadInput, NotFound, RuleBroken, WrongState
from records.models import Event, OutboxMessage, StoredAnswer
from staff.services.memberships import EndInput, end_membership
from staff.services.people import DeactivationInput, ReactivationInput, deactivate, reactivate
from staff.services.tokens import MOST_USABLE, Made, RevocationInput, TokenInput, create, offered, revoke, revoke_all
from staff.tasks import tell_expiring_tokens
from tests.staff.conftest import Office

Member = Callable[..., Membership]
SignedIn = Callable[[User], Client]


def made_for(hat: Membership, days: int = 90, scopes: tuple[str, ...] = ("read",)) -> Made:
    return create(TokenInput("Nightly transfer", scopes, days), by=Actor(hat.user, hat, "10.0.0.1 test"))


def outcome(made: Made) -> str:
    found = recognise(made.text)
    return found.value if isinstance(found, Refusal) else "accepted"


def test_a_token_is_256_bits_of_chance_and_only_its_hash_is_kept(member: Member) -> None:
    one, two = made_for(member()), made_for(member("lead@office.example", Role.LEAD))
    assert TEXT.fullmatch(one.text)
    assert len(one.text.split("_", 2)[2]) == 43  # 32 bytes, 6 bits a character
    assert one.text != two.text
    secret = one.text.split("_", 2)[2]
    stored = str([*ApiToken.objects.values(), *Event.objects.values(), *OutboxMessage.objects.values()])
    assert secret not in stored
    assert one.token.prefix in stored


def test_making_and_revoking_are_events_told_to_the_owner(world: Office, member: Member) -> None:
    hat = member()
    made = made_for(hat, scopes=("reports", "read"))
    revoke(RevocationInput(made.token.uid, "The system is gone"), by=world.admin)
    create_event, revoke_event = Event.objects.order_by("pk")
    assert (create_event.act, create_event.user, create_event.unit) == ("token.create", hat.user, world.office)
    assert create_event.data["scopes"] == ["read", "reports"]
    assert (revoke_event.act, revoke_event.user, revoke_event.comment) == (
        "token.revoke", world.admin.user, "The system is gone",
    )  # fmt: skip
    told = OutboxMessage.objects.order_by("pk").values_list("topic", "recipient", "channel", "path")
    assert list(told) == [
        ("token.created", hat.user.pk, "notice", "/tokens/"),
        ("token.revoked", hat.user.pk, "notice", "/tokens/"),
    ]
    assert outcome(made) == "token_revoked"


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("", ("read",), 90),
        ("a\x00b", ("read",), 90),
        ("x" * 81, ("read",), 90),
        ("ok", (), 90),
        ("ok", ("sign",), 90),
        ("ok", ("read", "nonsense"), 90),
        ("ok", ("read",), 0),
        ("ok", ("read",), 367),
    ],
)
def test_what_no_token_can_be(name: str, scopes: tuple[str, ...], days: int, member: Member) -> None:
    hat = member()
    with pytest.raises(BadInput) as refused:
        create(TokenInput(name, scopes, days), by=Actor(hat.user, hat))
    assert refused.value.findings[0].target in {"name", "scopes", "days"}
    assert not ApiToken.objects.exists()


def test_only_scopes_that_the_hat_can_use_are_offered(member: Member) -> None:
    codes = {role: {offer.scope.value for offer in offered(Membership(role=role))} for role in Role}
    assert codes[Role.DRAFTER] == {"read", "reports", "contacts", "phones", "figures", "plans"}
    assert codes[Role.CLERK] == {"read"}
    assert codes[Role.AUDITOR] == {"read"}
    assert "people" in codes[Role.UNIT_ADMIN]
    assert all(offer.acts for role in Role for offer in offered(Membership(role=role)))


def test_twenty_usable_tokens_are_the_most(member: Member) -> None:
    hat = member()
    first = made_for(hat)
    for _number in range(MOST_USABLE - 1):
        made_for(hat)
    with pytest.raises(RuleBroken):
        made_for(hat)
    revoke(RevocationInput(first.token.uid), by=Actor(hat.user, hat))
    made_for(hat)


def test_a_token_dies_with_time(member: Member) -> None:
    made = made_for(member(), days=1)
    assert outcome(made) == "accepted"
    with time_machine.travel(made.token.expires_at + dt.timedelta(seconds=1)):
        assert outcome(made) == "token_expired"


def test_a_token_dies_with_its_role_and_does_not_come_back(world: Office, member: Member) -> None:
    hat = member()
    made = made_for(hat)
    end_membership(EndInput(hat.uid, "Left"), by=world.admin)
    assert outcome(made) == "token_role_ended"
    again = made_for(member())
    deactivate(DeactivationInput(hat.user.uid, "Retired"), by=world.admin)
    assert outcome(again) == "token_role_ended"
    back = ReactivationInput(hat.user.uid, world.office.uid, "national", Role.DRAFTER, "Back again")
    reactivate(back, by=world.admin)
    assert {outcome(made), outcome(again)} == {"token_role_ended"}


def test_handing_over_revokes_what_a_hat_has(world: Office, member: Member) -> None:
    hat, other = member(), member("lead@office.example", Role.LEAD)
    several = [made_for(hat), made_for(hat), made_for(other)]
    assert revoke_all(hat, by=world.admin, reason="Handed over") == 2
    assert [outcome(made) for made in several] == ["token_revoked", "token_revoked", "accepted"]
    assert Event.objects.filter(act="token.revoke", comment="Handed over").count() == 2


def test_who_may_revoke(world: Office, member: Member) -> None:
    hat = member()
    made = made_for(hat)
    colleague = member("lead@office.example", Role.LEAD)
    for by in (Actor(colleague.user, colleague), world.stranger):
        with pytest.raises(NotFound):
            revoke(RevocationInput(made.token.uid, "x"), by=by)
    with pytest.raises(BadInput):
        revoke(RevocationInput(made.token.uid), by=world.admin)
    with pytest.raises(NotFound):
        revoke(RevocationInput(uuid.UUID(int=0)), by=world.admin)
    revoke(RevocationInput(made.token.uid, "Leaked"), by=world.system)
    with pytest.raises(WrongState):
        revoke(RevocationInput(made.token.uid), by=Actor(hat.user, hat))


@pytest.mark.parametrize("wrong", ["secret", "prefix", "short", "other", "bytes"])
def test_what_is_no_token_is_unknown_whatever_is_wrong(wrong: str, member: Member) -> None:
    made, other = made_for(member()), made_for(member("lead@office.example", Role.LEAD))
    brand, prefix, secret = made.text.split("_", 2)
    texts = {
        "secret": f"{brand}_{prefix}_{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}",
        "prefix": f"{brand}_{'0' * 10}_{secret}",
        "short": made.text[:-1],
        "other": f"{brand}_{prefix}_{other.text.split('_', 2)[2]}",
        "bytes": "pp_\x00é_",
    }
    assert recognise(texts[wrong]) is Refusal.UNKNOWN


def test_a_wrong_secret_learns_nothing_of_a_dead_token(member: Member) -> None:
    made = made_for(member())
    ApiToken.objects.update(revoked_at=timezone.now())
    assert recognise(made.text) is Refusal.REVOKED
    assert recognise(made.text[:-1] + ("A" if made.text[-1] != "A" else "B")) is Refusal.UNKNOWN


def test_owners_are_told_once_that_a_token_expires(member: Member) -> None:
    hat = member()
    soon, later, dead = made_for(hat, days=14), made_for(hat, days=30), made_for(hat, days=10)
    revoke(RevocationInput(dead.token.uid), by=Actor(hat.user, hat))
    told = OutboxMessage.objects.filter(topic="token.expiring")
    assert tell_expiring_tokens() == 1
    assert tell_expiring_tokens() == 0
    assert told.get().params["prefix"] == soon.token.prefix
    with time_machine.travel(timezone.now() + dt.timedelta(days=16, minutes=1)):
        call_command("tell_expiring_tokens")
    assert [row.params["prefix"] for row in told.order_by("pk")] == [soon.token.prefix, later.token.prefix]


def test_the_pages_show_the_token_once(world: Office, member: Member, signed_in: SignedIn) -> None:
    client = signed_in(member().user)
    assert reverse("token-make") in client.get(reverse("tokens")).content.decode()
    form = client.get(reverse("token-make")).content.decode()
    assert "write and submit reports: write a report; submit, recall" in form
    assert "sign reports" not in form
    given = {"name": "Nightly transfer", "scopes": ["read", "reports"], "days": "30"}
    answer = client.post(reverse("token-make"), given)
    text = TEXT.search(answer.content.decode())
    assert answer.status_code == 201
    assert text
    assert "no-store" in answer["Cache-Control"]
    page = client.get(reverse("tokens")).content.decode()
    assert "Nightly transfer" in page
    assert text[0] not in page
    assert text[1] in page


def test_a_form_sent_again_makes_no_second_token(member: Member, signed_in: SignedIn) -> None:
    """Reloading the page that shows the token sends the form again."""
    hat = member()
    client = signed_in(hat.user)
    once = client.get(reverse("token-make")).context["form"]["once"].value()
    given = {"name": "Nightly transfer", "scopes": ["read"], "days": "30", "once": str(once)}
    assert client.post(reverse("token-make"), {**given, "days": "400"}).status_code == 400
    assert client.post(reverse("token-make"), given).status_code == 201
    again = client.post(reverse("token-make"), given, follow=True)
    assert again.redirect_chain == [(reverse("tokens"), 302)]
    assert "was sent before" in again.content.decode()
    assert ApiToken.objects.count() == 1
    assert StoredAnswer.objects.get().body == ""


@pytest.mark.parametrize("change", [{"scopes": ["sign"]}, {"days": "400"}, {"name": ""}, {"scopes": []}])
def test_a_wrong_token_form_comes_back(change: dict[str, Any], member: Member, signed_in: SignedIn) -> None:
    given = {"name": "x", "scopes": ["read"], "days": "30", **change}
    answer = signed_in(member().user).post(reverse("token-make"), given)
    assert answer.status_code == 400
    assert not ApiToken.objects.exists()


def test_revoking_on_pages(world: Office, member: Member, signed_in: SignedIn) -> None:
    hat = member()
    own, overseen = made_for(hat), made_for(hat)
    client, admin = signed_in(hat.user), signed_in(world.admin.user)
    page = client.post(reverse("token-revoke", args=[own.token.uid]), follow=True)
    assert "is revoked" in page.content.decode()
    unit = admin.get(reverse("staff:unit", args=[world.office.uid])).content.decode()
    assert overseen.token.prefix in unit
    url = reverse("token-revoke", args=[overseen.token.uid])
    assert url in unit
    assert admin.post(url, {"reason": ""}).status_code == 400
    assert admin.post(url, {"reason": "Left on a train"}).status_code == 302
    assert admin.post(url, {"reason": "Again"}).status_code == 409
    assert "Nobody here has made" in signed_in(world.stranger.user).get(reverse("staff:people")).content.decode()
    assert {outcome(own), outcome(overseen)} == {"token_revoked"}


def test_states_of_rows_and_of_queries_agree(world: Office, member: Member) -> None:
    hat = member()
    gone = member("lead@office.example", Role.LEAD)
    usable, expired, revoked, ended = made_for(hat), made_for(hat, days=1), made_for(hat), made_for(gone)
    revoke(RevocationInput(revoked.token.uid), by=Actor(hat.user, hat))
    end_membership(EndInput(gone.uid, "Left"), by=world.admin)
    with time_machine.travel(expired.token.expires_at):
        for state, made in {"usable": usable, "expired": expired, "revoked": revoked, "ended": ended}.items():
            assert ApiToken.objects.in_state(state, timezone.now()).get().pk == made.token.pk
            assert ApiToken.objects.get(pk=made.token.pk).state == state
