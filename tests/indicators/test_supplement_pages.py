"""The pages of figures beside the reports: each act by a form without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from accounts.models import Role
from indicators.models import Supplement, SupplementFigure
from indicators.services.supplements import save_rows
from tests.conftest import Hire, SignIn
from tests.indicators.supplement_cast import BUREAU, POPULATION, SHARED, begun, chosen, filled, lead_to, luzhou, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> dict[str, Actor]:
    return {"drafter": luzhou_drafter, "lead": luzhou_lead, "reviewer": sichuan_reviewer}


@pytest.fixture
def drafter(luzhou_drafter: Actor, signed_in: SignIn) -> Client:
    return signed_in(luzhou_drafter)


def at(name: str, supplement: Supplement, *more: str) -> str:
    return reverse(f"indicators:{name}", args=[supplement.uid, *more])


def key(code: str = POPULATION, year: int = 2025) -> str:
    return f"{luzhou().divisions.get().uid}:{code}:{year}:year"


def cells(row: str = "", **given: object) -> dict[str, object]:
    """What the form of one row sends."""
    said = {"revision": 0, "status": "final", "absence": "", "measure": "10k_persons", **given}
    return {f"{row or key()}-{name}": value for name, value in said.items()}


def test_from_the_list_to_the_reviewer(drafter: Client, three: Mapping[str, Actor], signed_in: SignIn) -> None:
    """Begun, chosen, filled in, signed, accepted: each by its page."""
    assert reverse("indicators:supplement-new") in drafter.get(reverse("indicators:supplements")).content.decode()
    wanted = {"what": f"final:{luzhou().uid}", "title": "2025年审定数", "reason": ""}
    answer = drafter.post(reverse("indicators:supplement-new"), wanted)
    row = Supplement.objects.get()
    assert answer["Location"] == at("supplement-rows", row)
    years = drafter.get(answer["Location"]).context["years"]
    assert [(found.year, found.asked == found.missing) for found in years] == [(y, True) for y in (2025, 2024, 2023)]
    drafter.post(answer["Location"], {"year": 2025, "rows": [key(), key("pension-coverage")]})
    assert drafter.post(at("supplement-edit", row), cells(value="222.4", source="公报")).status_code == 302
    lead, reviewer = signed_in(three["lead"]), signed_in(three["reviewer"])
    for client, name in ((drafter, "send_for_signing"), (lead, "submit"), (reviewer, "accept")):
        url = at("supplement-act", row, name)
        assert client.get(url).status_code == 200
        row.refresh_from_db()
        assert client.post(url, {"version": row.version, "comment": ""}).status_code == 302, name
    row.refresh_from_db()
    assert row.status == "accepted" and "222.4" in reviewer.get(at("supplement", row)).content.decode()


def test_rows_that_are_unticked_are_taken_out_and_no_others(drafter: Client, luzhou_drafter: Actor) -> None:
    row = chosen(begun(luzhou_drafter), luzhou_drafter, POPULATION, "pension-coverage", "sewage-treatment")
    had = [key(), key("pension-coverage")]  # the third was chosen after the page was drawn
    drafter.post(at("supplement-rows", row), {"year": 2025, "rows": [key()], "had": had})
    found = row.figures.order_by("indicator__code").values_list("indicator__code", flat=True)
    assert list(found) == ["sewage-treatment", POPULATION]


@pytest.mark.parametrize(("asked", "status"), [("?year=2024", 200), ("?year=2026", 400), ("?year=x", 400)])
def test_only_past_periods_can_be_chosen(asked: str, status: int, drafter: Client, luzhou_drafter: Actor) -> None:
    assert drafter.get(at("supplement-rows", begun(luzhou_drafter)) + asked).status_code == status


def test_a_refusal_comes_back_with_everything_as_typed(drafter: Client, luzhou_drafter: Actor) -> None:
    row = chosen(begun(luzhou_drafter), luzhou_drafter, POPULATION, "pension-coverage")
    rate = cells(key("pension-coverage"), measure="10k_persons", numerator="12", denominator="15")
    answer = drafter.post(at("supplement-edit", row), {**cells(value="about 5"), **rate})
    page = answer.content.decode()
    assert answer.status_code == 400 and "about 5" in page and 'value="15"' in page and "cell-why" in page
    assert not SupplementFigure.objects.filter(value__isnull=False).exists()


def test_a_conflict_shows_what_is_stored_and_then_replaces_it(drafter: Client, luzhou_drafter: Actor) -> None:
    row = filled(luzhou_drafter)
    answer = drafter.post(at("supplement-edit", row), cells(value="223"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "222.4" in page and 'value="223"' in page
    assert f'name="{key()}-revision" value="1"' in page
    assert drafter.post(at("supplement-edit", row), cells(value="223", revision=1)).status_code == 302
    assert str(row.figures.get().value) == "223.000000"


def test_an_offer_is_taken_over_with_its_source(drafter: Client, luzhou_drafter: Actor, hire: Hire) -> None:
    bureau = {part: hire(f"stats.{part}", BUREAU, Role(part)) for part in ("drafter", "lead")}
    shared = lead_to(filled(bureau["drafter"], SHARED), "offered", bureau)
    row = chosen(begun(luzhou_drafter), luzhou_drafter, POPULATION)
    page = drafter.get(at("supplement-edit", row)).content.decode()
    take = f"{key()}|{shared.uid}"
    assert f'value="{take}"' in page and "泸州市统计局" in page
    drafter.post(at("supplement-edit", row), {**cells(), "take": take})
    figure = row.figures.get()
    assert (str(figure.value), figure.status) == ("222.400000", "final")
    assert figure.source.startswith("泸州市统计局")


def test_a_warning_is_answered_at_its_row(drafter: Client, three: Mapping[str, Actor]) -> None:
    lead_to(filled(three["drafter"]), "accepted", three)
    row = begun(three["drafter"])
    save_rows(row.uid, [row_of("95")], by=three["drafter"])
    page = drafter.get(at("supplement-edit", row)).content.decode()
    assert "figure-check is-open" in page
    refused = drafter.post(at("supplement-act", row, "send_for_signing"), {"version": 0, "comment": ""})
    assert refused.status_code == 422 and "城镇常住人口" in refused.content.decode()


def test_what_is_signed_cannot_be_edited_any_more(drafter: Client, three: Mapping[str, Actor]) -> None:
    row = lead_to(filled(three["drafter"]), "submitted", three)
    for name in ("supplement-edit", "supplement-rows"):
        assert drafter.get(at(name, row))["Location"] == at("supplement", row)
        assert drafter.post(at(name, row), cells(value="1", revision=1))["Location"] == at("supplement", row)
    assert str(row.figures.get().value) == "222.400000"


def test_the_list_says_which_part(drafter: Client, three: Mapping[str, Actor], signed_in: SignIn) -> None:
    mine = lead_to(filled(three["drafter"]), "submitted", three)
    reviewer = signed_in(three["reviewer"])
    for client, found in ((drafter, {"mine": 1, "received": 0, "waiting": 0, "offered": 0}),
                          (reviewer, {"mine": 0, "received": 1, "waiting": 1, "offered": 0})):  # fmt: skip
        for which, count in found.items():
            page = client.get(reverse("indicators:supplements"), {"which": which})
            assert [row.pk for row in page.context["page_obj"]] == [mine.pk] * count, which


def test_what_waits_stands_on_the_desk(drafter: Client, three: Mapping[str, Actor], signed_in: SignIn) -> None:
    row = filled(three["drafter"])
    assert at("supplement-edit", row) in drafter.get(reverse("desk")).content.decode()
    lead_to(row, "submitted", three)
    assert at("supplement", row) in signed_in(three["reviewer"]).get(reverse("desk")).content.decode()
    assert row.title not in drafter.get(reverse("desk")).content.decode()


def test_what_waits_waits_on_both_faces(
    three: Mapping[str, Actor], signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows by page and API, what came back among what came back, and what is not shown is counted."""
    client = signed_in(three["drafter"])
    returned = lead_to(filled(three["drafter"]), "returned", three)
    draft = begun(three["drafter"], title="2024年审定数")
    page = client.get(reverse("desk"))
    urls = [[item["url"] for item in page.context[part]] for part in ("returned", "todo")]
    assert at("supplement", returned) in urls[0] and at("supplement", draft) in urls[1]
    assert at("supplement", returned) not in urls[1]
    rows = client.get(reverse("api:desk")).json()["supplements"]
    listed = client.get(reverse("api:supplements"), {"which": "waiting"}).json()["results"]
    assert [row["uid"] for row in rows] == [str(returned.uid), str(draft.uid)]
    assert sorted(rows, key=str) == sorted(listed, key=str)
    link = f'href="{reverse("indicators:supplements")}?which=waiting"'
    assert link not in page.content.decode()
    monkeypatch.setattr("reporting.desk.MOST", 1)
    page = client.get(reverse("desk"))
    assert (page.context["desk"].beside_left_out, link in page.content.decode()) == (1, True)
    assert len(client.get(reverse("api:desk")).json()["supplements"]) == 1
