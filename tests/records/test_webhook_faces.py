"""Webhooks by page and by API: the same rows and events, the same refusals, and the secret shown once."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.access import ACTIONS, Actor
from accounts.models import Role
from records import tasks
from records.models import Event, Webhook, WebhookDelivery
from records.webhooks import services
from tests.conftest import Hire, SignIn
from tests.records.test_webhook_fan_out import a_webhook, an_act
from tests.test_bad_input import TEXTS

pytestmark = pytest.mark.django_db
URL = "http://localhost:8443/in"
GIVEN = {"name": "办公系统", "url": URL, "event_types": ["report.submit", "report.return"]}
Face = Callable[[], Any]


@pytest.fixture(autouse=True)
def loopback_by_name() -> Iterator[None]:
    with override_settings(WEBHOOK_HOSTS=frozenset({"localhost"})):
        yield


@pytest.fixture
def hook(unit_admin: Actor, luzhou_drafter: Actor) -> Webhook:
    """With one delivery that has failed."""
    webhook = a_webhook(unit_admin, url=URL)
    an_act(luzhou_drafter)
    tasks.seal_events()
    webhook.deliveries.update(given_up_at=timezone.now(), last_error="HTTP 500", answer_code=500, tries=12)
    return webhook


@pytest.fixture
def client(unit_admin: Actor, signed_in: SignIn) -> Client:
    return signed_in(unit_admin)


def traces() -> dict[str, list[Any]]:
    """What is left behind, without keys, secrets and instants."""
    shape = ("name", "url", "event_types", "version", "pause_reason", "unit", "programme", "created_by", "watermark")
    hooks = [(*row, hook.state) for row, hook in zip(
        Webhook.objects.order_by("id").values_list(*shape), Webhook.objects.order_by("id"), strict=True
    )]  # fmt: skip
    deliveries = [(d.event_type, d.state, d.tries, d.last_error) for d in WebhookDelivery.objects.order_by("id")]
    rows = Event.objects.filter(act__startswith="webhook.").order_by("id")
    events = [
        (*row, {k: v for k, v in data.items() if k not in {"delivery", "both_until"}})
        for *row, data in rows.values_list(
            "act", "outcome", "user", "role", "unit", "programme", "subject_label", "data"
        )
    ]
    return {"hooks": hooks, "deliveries": deliveries, "events": events}


def both(*faces: Face) -> tuple[list[int], list[dict[str, list[Any]]]]:
    statuses, left = [], []
    for face in faces:
        with transaction.atomic():
            statuses.append(face().status_code)
            left.append(traces())
            transaction.set_rollback(True)
    return statuses, left


def send(client: Client, method: str, address: str, body: Any = None, version: int | None = None) -> Any:
    headers = {} if version is None else {"if-match": f'"{version}"'}
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("change", "statuses"),
    [
        ({}, [200, 201]),
        ({"name": "  两边空格  "}, [200, 201]),
        ({"name": "OA"}, [400, 400]),
        ({"name": " "}, [400, 400]),
        ({"name": "长" * 81}, [400, 400]),
        ({"url": "https://10.0.0.1/in"}, [400, 400]),
        ({"url": "https://user@localhost/in"}, [400, 400]),
        ({"event_types": []}, [400, 400]),
        ({"event_types": ["people.reveal_phone"]}, [400, 400]),
        ({"event_types": ["nonsense"]}, [400, 400]),
    ],
)
def test_subscribing(change: dict[str, Any], statuses: list[int], hook: Webhook, client: Client) -> None:
    at_first, given = traces(), {**GIVEN, **change}
    found, left = both(
        lambda: client.post(reverse("webhook-new"), given),
        lambda: send(client, "post", reverse("api:webhooks"), given),
    )
    assert found == statuses
    assert left[0] == left[1]
    assert (left[0] == at_first) is (statuses == [400, 400])


@pytest.mark.parametrize(
    ("change", "version", "statuses"),
    [
        ({}, 0, [302, 200]),
        ({"url": "http://localhost:1/other"}, 0, [302, 200]),
        ({}, 1, [409, 409]),
        ({"url": "https://127.0.0.1/"}, 0, [400, 400]),
        ({"name": ""}, 0, [400, 400]),
    ],
)
def test_changing(change: dict[str, Any], version: int, statuses: list[int], hook: Webhook, client: Client) -> None:
    at_first, given = traces(), {**GIVEN, **change}
    found, left = both(
        lambda: client.post(reverse("webhook-edit", args=[hook.uid]), {**given, "version": version}),
        lambda: send(client, "put", reverse("api:webhook", args=[hook.uid]), given, version),
    )
    assert found == statuses
    assert left[0] == left[1]
    assert (left[0] == at_first) is (statuses[1] != 200)


@pytest.mark.parametrize("name", [*services.ACTS, "nonsense"])
@pytest.mark.parametrize("state", ["active", "paused", "ended"])
@pytest.mark.parametrize("version", [0, 3])
def test_acts(name: str, state: str, version: int, hook: Webhook, client: Client) -> None:
    column = {"paused": "paused_at", "ended": "ended_at"}.get(state)
    if column:
        Webhook.objects.update(**{column: timezone.now()})
    act, at_first = services.ACTS.get(name), traces()
    good = act is not None and state in act.states and version == 0
    refused = 404 if act is None else 409
    found, left = both(
        lambda: client.post(reverse("webhook-act", args=[hook.uid, name]), {"version": version}),
        lambda: send(client, "post", reverse("api:webhook-act", args=[hook.uid, name]), {}, version),
    )
    assert found == ([200 if name == "rotate" else 302, 200] if good else [refused, refused])
    assert left[0] == left[1]
    assert (left[0] == at_first) is not good


def test_redelivering(hook: Webhook, client: Client) -> None:
    uid = hook.deliveries.get().uid
    found, left = both(
        lambda: client.post(reverse("webhook-redeliver", args=[uid])),
        lambda: send(client, "post", reverse("api:webhook-redeliver", args=[uid])),
    )
    assert found == [302, 200]
    assert left[0] == left[1]
    assert left[0]["deliveries"] == [("report.submit", "waiting", 0, "HTTP 500")]
    Webhook.objects.update(paused_at=timezone.now())
    assert send(client, "post", reverse("api:webhook-redeliver", args=[uid])).status_code == 409


def test_buttons_and_actions_are_the_same(
    hook: Webhook, client: Client, auditor: Actor, system_admin: Actor, signed_in: SignIn
) -> None:
    """Whoever only looks is offered nothing."""
    for reader, expected in ((client, True), (signed_in(auditor), False), (signed_in(system_admin), False)):
        page = reader.get(reverse("webhook", args=[hook.uid])).content.decode()
        shown = set(re.findall(r"/acts/(\w+)/", page))
        actions = {a["name"] for a in reader.get(reverse("api:webhook", args=[hook.uid])).json()["actions"]}
        assert shown == actions
        assert bool(actions) is expected
    names = {"test", "pause", "rotate", "redeliver", "end"}
    assert {act.name for act in services.available(hook, _actor_of(hook))} == names


def _actor_of(hook: Webhook) -> Actor:
    user = hook.created_by
    return Actor(user, user.memberships.get())


def test_the_secret_is_shown_once(client: Client, hook: Webhook) -> None:
    made = client.post(reverse("webhook-new"), GIVEN)
    webhook = Webhook.objects.get(name=GIVEN["name"])
    assert webhook.secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    body = send(client, "post", reverse("api:webhooks"), {**GIVEN, "name": "another"})
    other = Webhook.objects.get(name="another")
    assert body.json()["secret"] == other.secret
    assert "no-store" in body["Cache-Control"]
    rotated = send(client, "post", reverse("api:webhook-act", args=[other.uid, "rotate"]), {}, 0)
    assert rotated.json()["secret"] not in {"", other.secret}
    paused = send(client, "post", reverse("api:webhook-act", args=[other.uid, "pause"]), {}, 1)
    assert paused.json()["secret"] == ""
    for name, args in (("webhook", [webhook.uid]), ("webhooks", []), ("webhook-edit", [webhook.uid])):
        assert webhook.secret not in client.get(reverse(name, args=args)).content.decode()
    assert "whsec_" not in client.get(reverse("api:webhook", args=[webhook.uid])).content.decode()


def test_the_address_is_shown_in_full_to_its_managers_only(
    unit_admin: Actor, luzhou_drafter: Actor, auditor: Actor, system_admin: Actor, signed_in: SignIn
) -> None:
    """It may carry a key of the receiver, as those of chat groups do."""
    hook = a_webhook(unit_admin, url="https://hook.example:8443/send?key=693a91f6")
    an_act(luzhou_drafter)
    tasks.seal_events()
    rooms = [("webhook", hook.uid), ("webhooks", None), ("webhook-delivery", hook.deliveries.get().uid)]
    for reader, full in ((unit_admin, True), (auditor, False), (system_admin, False)):
        client = signed_in(reader)
        for name, uid in rooms:
            args = [uid] if uid else []
            page = client.get(reverse(name, args=args)).content.decode()
            assert ("693a91f6" in page, "https://hook.example:8443/" in page) == (full, True)
            if name != "webhook-delivery":
                assert ("693a91f6" in client.get(reverse(f"api:{name}", args=args)).content.decode()) is full
    view, manage = ACTIONS[services.VIEW].roles, ACTIONS[services.MANAGE].roles
    assert {role: view[role] for role in manage} == manage


def test_secrets_are_encrypted_and_in_no_event(client: Client) -> None:
    client.post(reverse("webhook-new"), GIVEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM records_webhook")
        (stored,) = cursor.fetchone()
    secret = Webhook.objects.get().secret
    assert secret.startswith("whsec_")
    assert secret not in stored
    assert not [event for event in Event.objects.all() if "whsec_" in str(event.data) or "/in" in str(event.data)]


def test_the_list_of_failures(hook: Webhook, client: Client, luzhou_drafter: Actor) -> None:
    an_act(luzhou_drafter)
    tasks.seal_events()
    failed = hook.deliveries.in_state("failed").get()
    for state, number in (("failed", 1), ("waiting", 1), ("delivered", 0), ("", 2)):
        asked = {"state": state} if state else {}
        api = client.get(reverse("api:webhook-deliveries", args=[hook.uid]), asked)
        page = client.get(reverse("webhook", args=[hook.uid]), {"state": state})
        assert len(api.json()["results"]) == len(page.context["rows"]) == number
    one = client.get(reverse("api:webhook-delivery", args=[failed.uid])).json()
    assert (one["body"], one["state"], one["answer_code"]) == (failed.body, "failed", 500)
    page = client.get(reverse("webhook-delivery", args=[failed.uid]))
    assert json.loads(page.context["body"]) == json.loads(failed.body)
    wrong = client.get(reverse("webhook", args=[hook.uid]), {"state": "nonsense"})
    assert wrong.status_code == 400


def test_no_more_than_a_unit_needs(client: Client, unit_admin: Actor) -> None:
    for number in range(services.MOST):
        a_webhook(unit_admin, name=str(number))
    assert client.post(reverse("webhook-new"), GIVEN).status_code == 422
    assert send(client, "post", reverse("api:webhooks"), GIVEN).status_code == 422
    Webhook.objects.filter(name="0").update(ended_at=timezone.now())
    assert send(client, "post", reverse("api:webhooks"), GIVEN).status_code == 201


@pytest.mark.parametrize(
    ("unit", "role", "programme", "status"),
    [
        ("lgo-510500", Role.UNIT_ADMIN, "luzhou", 404),
        ("drc-510000", Role.UNIT_ADMIN, "national", 404),
        ("drc-440000", Role.UNIT_ADMIN, "national", 404),
        ("ndrc", Role.AUDITOR, "national", 200),
        ("ndrc", Role.SYSTEM_ADMIN, None, 200),
        ("lgo-510500", Role.LEAD, "national", 403),
    ],
)
def test_who_may_look(
    unit: str, role: Role, programme: str | None, status: int, hook: Webhook, luzhou_programme: Any, hire: Hire,
    signed_in: SignIn,
) -> None:  # fmt: skip
    reader = signed_in(hire("reader", unit, role, programme))
    delivery = hook.deliveries.get()
    for name, uid in (("webhook", hook.uid), ("webhook-delivery", delivery.uid)):
        assert reader.get(reverse(name, args=[uid])).status_code == status
        assert reader.get(reverse(f"api:{name}", args=[uid])).status_code == status
    listed = reader.get(reverse("api:webhooks"))
    if status != 403:
        assert len(listed.json()["results"]) == (status == 200)
    changed = send(reader, "post", reverse("api:webhook-act", args=[hook.uid, "pause"]), {}, 0)
    assert changed.status_code == (404 if status == 404 else 403)


def test_pages_of_acts_and_the_list(hook: Webhook, client: Client) -> None:
    acts: list[tuple[str, list[Any]]] = [("webhook-act", [hook.uid, act]) for act in services.ACTS]
    for name, args in [("webhooks", []), ("webhook-new", []), ("webhook-edit", [hook.uid]), *acts]:
        assert client.get(reverse(name, args=args)).status_code == 200, name
    listed = client.get(reverse("api:webhooks"), {"ordering": "-name", "state": "active"}).json()
    assert [row["name"] for row in listed["results"]] == ["OA"]
    assert client.get(reverse("api:webhooks"), {"ordering": "secret"}).status_code == 400
    types = client.get(reverse("api:webhook-events"), {"page_size": 200}).json()["results"]
    assert "report.submit" in {one["name"] for one in types}
    assert all(one["label"] for one in types)


@pytest.mark.parametrize("kind", TEXTS)
def test_any_text_is_taken_or_refused(kind: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*args: Any, **kwargs: Any) -> list[Any]:
        raise socket.gaierror(-2, "Name or service not known")

    text = TEXTS[kind]
    named = send(client, "post", reverse("api:webhooks"), {**GIVEN, "name": text})
    assert named.status_code in {201, 400}
    monkeypatch.setattr("records.webhooks.addresses.socket.getaddrinfo", nobody)
    for url in (text, f"https://{text}/", f"https://hook.example/{text}", f"https://hook.example:{text}/"):
        assert send(client, "post", reverse("api:webhooks"), {**GIVEN, "url": url}).status_code == 400
        page = client.post(reverse("webhook-new"), {**GIVEN, "url": url.encode("utf-8", "replace").decode()})
        assert page.status_code == 400
