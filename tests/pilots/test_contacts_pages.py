"""Pages of contacts and leading groups: the lists, one pilot area, recording, conflicts, one look at the numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from pilots.models import Contact, GroupMember, LeadingGroup, PilotArea
from records.models import Event
from tests.conftest import SignIn
from tests.pilots.contact_cast import FILLED, NUMBERS, a_contact, a_group, a_member, pilot_of
from units.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def luzhou(programme: Programme) -> PilotArea:
    return pilot_of("lgo-510500")


def typed(seen: int = 0, **more: Any) -> dict[str, str]:
    fields = {f"field_{code}": text for code, text in FILLED.items()}
    return {"seen": str(seen), "name": "王某（虚构）", "since": "2026-06-15", **fields, **more}


def change(pilot: PilotArea) -> str:
    return reverse("pilots:contact-change", args=[pilot.uid, "liaison"])


def rows(client: Client, **query: str) -> list[Any]:
    answer = client.get(reverse("pilots:contacts"), query)
    assert answer.status_code == 200
    return list(answer.context["rows"])


def test_the_list_says_who_and_what_is_missing(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    a_contact(luzhou_drafter, luzhou)
    client = signed_in(luzhou_drafter)
    text = client.get(reverse("pilots:contacts"), {"q": "泸州"}).content.decode()
    assert "王某（虚构）" in text
    assert "083****01" in text
    assert not [number for number in NUMBERS if number in text]
    row = rows(client, q="泸州")[0]
    assert row.may_edit
    assert [f.code for f in row.gaps] == ["no_responsible", "no_group"]
    assert [r.pilot for r in rows(client, q="王某")] == [luzhou]
    provinces = [r.pilot.province.sort_key for r in rows(client)]
    assert provinces == sorted(provinces)
    assert not any(r.may_edit for r in rows(client) if r.pilot != luzhou)


def test_its_filters(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    for kind in ("responsible", "liaison"):
        a_contact(luzhou_drafter, luzhou, kind)
    client = signed_in(luzhou_drafter)
    for query, listed in (
        ({"province": "510000"}, True),
        ({"province": "510000", "gap": "no_liaison"}, False),
        ({"province": "510000", "gap": "no_group"}, True),
        ({"province": "510000", "gap": "field_missing"}, False),
        ({"batch": str(luzhou.batch.number if luzhou.batch else 0), "q": "泸州"}, True),
    ):
        assert (luzhou in [r.pilot for r in rows(client, **query)]) is listed, query
    for wrong in ({"gap": "x"}, {"province": "999999"}, {"batch": "x"}, {"q": "\x00"}):
        assert client.get(reverse("pilots:contacts"), wrong).status_code == 400


def test_a_person_is_recorded_and_replaced(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    assert client.get(change(luzhou)).status_code == 200
    assert client.post(change(luzhou), typed()).status_code == 302
    page = client.get(change(luzhou)).content.decode()
    assert 'value="139****34"' in page
    assert not [number for number in NUMBERS if number in page]
    again = typed(1, name="赵某（虚构）", field_phone="083****01", field_mobile="", since="")
    assert "field_phone" in client.post(change(luzhou), again).context["form"].errors
    assert client.post(change(luzhou), {**again, "field_phone": NUMBERS[0]}).status_code == 302
    assert Contact.objects.current().get().numbers == {"phone": NUMBERS[0]}
    page = client.get(reverse("pilots:pilot-contacts", args=[luzhou.uid])).content.decode()
    assert page.count("王某（虚构）") >= 2  # among those before, and in the history
    assert "赵某（虚构）" in page


def test_what_is_wrong_stands_at_its_field(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    for field, text in (("field_phone", "abc"), ("name", ""), ("since", "2027-01-01"), ("field_mail", "x"),
                        ("field_post", "\x00"), ("since", "x")):  # fmt: skip
        answer = client.post(change(luzhou), {**typed(), field: text})
        assert answer.status_code == 400
        assert list(answer.context["form"].errors) == [field]
        assert answer["Cache-Control"].startswith("max-age=0")
    assert client.post(change(luzhou), typed(seen=-1)).status_code == 400
    assert not Contact.objects.exists()


def test_a_conflict_shows_both_and_can_be_settled(
    luzhou: PilotArea, luzhou_drafter: Actor, luzhou_lead: Actor, signed_in: SignIn
) -> None:
    a_contact(luzhou_lead, luzhou)
    client = signed_in(luzhou_drafter)
    answer = client.post(change(luzhou), typed(name="赵某（虚构）"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "王某（虚构）" in text
    assert 'value="赵某（虚构）"' in text
    assert answer.context["form"]["seen"].value() == 1
    assert client.post(change(luzhou), typed(1, name="赵某（虚构）")).status_code == 302


def test_one_look_is_one_event(
    luzhou: PilotArea, luzhou_drafter: Actor, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    a_contact(luzhou_drafter, luzhou)
    client = signed_in(sichuan_reviewer)
    url = reverse("pilots:contact-reveal", args=[luzhou.uid, "liaison"])
    assert client.get(url).status_code == 405
    answer = client.post(url, {"reason": "会议"})
    assert all(number in answer.content.decode() for number in NUMBERS)
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.get(act="contact.reveal").comment == "会议"
    page = client.get(reverse("pilots:pilot-contacts", args=[luzhou.uid])).content.decode()
    assert "会议" in page
    assert not [number for number in NUMBERS if number in page]
    assert client.post(url, {"reason": "x" * 301}).status_code == 400


def test_the_whole_programme_reads_and_nobody_else(
    luzhou: PilotArea, luzhou_drafter: Actor, stranger: Actor, department_clerk: Actor, town_drafter: Actor,
    signed_in: SignIn,
) -> None:  # fmt: skip
    a_contact(luzhou_drafter, luzhou)
    url = reverse("pilots:pilot-contacts", args=[luzhou.uid])
    for actor in (stranger, department_clerk):
        page = signed_in(actor).get(url)
        assert "王某（虚构）" in page.content.decode()
        assert page.context["events"] == []
        assert not [person for person in page.context["people"] if person["change"] or person["reveal"]]
    assert signed_in(town_drafter).get(url).status_code == 404
    assert rows(signed_in(town_drafter), q="泸州") == []


def test_a_group_from_nothing_to_its_second_head(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    create = reverse("pilots:group-create", args=[luzhou.reporting_unit.uid])
    facts = {"version": "0", "name": "领导小组（虚构）", "document_number": "", "founded_on": ""}
    assert client.post(create, facts).status_code == 302
    assert client.post(create, facts).status_code == 409
    group = LeadingGroup.objects.get()
    add = reverse("pilots:member-add", args=[group.uid])
    person = {"rank": "head", "name": "李某（虚构）", "post": "市长", "department": "", "since": "2026-06-01"}
    assert client.post(add, person).status_code == 302
    second = client.post(add, person)
    assert second.status_code == 422
    assert "李某（虚构）" in second.context["form"].errors["rank"][0]
    end = reverse("pilots:member-end", args=[GroupMember.objects.get().uid])
    assert client.post(end, {"until": "2026-06-10"}).status_code == 302
    assert client.post(end, {"until": "2026-06-10"}).status_code == 409
    page = client.get(reverse("pilots:group", args=[group.uid]))
    assert [m.name for m in page.context["past"]] == ["李某（虚构）"]
    assert [f.code for f in page.context["group"].gaps] == ["no_head", "no_document"]


def test_a_group_changed_by_two(
    luzhou: PilotArea, luzhou_drafter: Actor, sichuan_drafter: Actor, signed_in: SignIn
) -> None:
    group = a_group(luzhou_drafter)
    url = reverse("pilots:group-change", args=[group.uid])
    facts = {"name": "改名（虚构）", "document_number": "", "founded_on": "2026-01-01"}
    client = signed_in(sichuan_drafter)
    assert client.get(url).context["form"]["version"].value() == 1
    a_member(luzhou_drafter, group)
    answer = client.post(url, {**facts, "version": "1"})
    assert answer.status_code == 409
    assert ("虚构发〔2026〕1号" in answer.content.decode()) is True
    assert client.post(url, {**facts, "version": "2"}).status_code == 302


def test_the_list_of_groups(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    a_member(luzhou_drafter, a_group(luzhou_drafter))
    client, url = signed_in(luzhou_drafter), reverse("pilots:groups")

    def units(**query: str) -> list[str]:
        answer = client.get(url, query)
        assert answer.status_code == 200
        return [row.unit.key for row in answer.context["rows"]]

    assert units(q="李某") == ["lgo-510500"]
    assert "lgo-510500" in units(q="泸州")
    assert "lgo-510500" not in units(q="泸州", gap="no_head")
    assert "lgo-510500" in units(q="泸州", gap="no_liaison")
    assert client.get(url, {"gap": "x"}).status_code == 400
    offered = [row.unit.key for row in client.get(url).context["rows"] if row.offers]
    assert set(offered) <= {"lgo-510500"}


def test_the_page_of_the_pilot_names_them(luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    a_contact(luzhou_drafter, luzhou)
    a_member(luzhou_drafter, a_group(luzhou_drafter))
    page = signed_in(luzhou_drafter).get(reverse("reporting:pilot", args=[luzhou.uid])).content.decode()
    assert "王某（虚构）" in page
    assert "李某（虚构）" in page
    assert reverse("pilots:pilot-contacts", args=[luzhou.uid]) in page
    assert not [number for number in NUMBERS if number in page]


def test_every_page_of_contacts_speaks_both_languages(
    luzhou: PilotArea, luzhou_drafter: Actor, signed_in: SignIn
) -> None:
    a_contact(luzhou_drafter, luzhou)
    group = a_group(luzhou_drafter)
    client = signed_in(luzhou_drafter)
    addresses = [
        reverse("pilots:contacts"), reverse("pilots:groups"), reverse("pilots:group", args=[group.uid]),
        reverse("pilots:pilot-contacts", args=[luzhou.uid]), change(luzhou),
        reverse("pilots:group-change", args=[group.uid]), reverse("pilots:member-add", args=[group.uid]),
    ]  # fmt: skip
    for url in addresses:
        for language in ("zh-hans", "en"):
            answer = client.get(url, headers={"accept-language": language})
            assert answer.status_code == 200
            assert f'lang="{language}' in answer.content.decode().lower()
