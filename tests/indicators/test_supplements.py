"""Figures that came later and figures for others to use: what each act does, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from accounts.access import Actor
from accounts.models import Role, SoloExemption
from indicators.models import Observation, SupplementFigure
from indicators.offers import offers_for
from indicators.services.supplements import RowInput, SupplementInput, begin, choose_rows, pilots_for, save_rows
from indicators.supplement_workflow import perform
from indicators.supplements import choices_of, reach_supplement, shows_rows, waiting_for
from pilots.models import Route
from portal.errors import BadInput, NotFound, RuleBroken, Stale, WrongState
from records.models import Event, OutboxMessage, Seal
from records.workflow import Request
from reporting.models import Report
from tests.conftest import Hire
from tests.indicators.supplement_cast import (
    BUREAU,
    FINAL,
    POPULATION,
    SHARED,
    answer,
    begun,
    chosen,
    filled,
    lead_to,
    luzhou,
    row_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> dict[str, Actor]:
    return {"drafter": luzhou_drafter, "lead": luzhou_lead, "reviewer": sichuan_reviewer}


@pytest.fixture
def bureau(hire: Hire) -> dict[str, Actor]:
    return {"drafter": hire("stats.drafter", BUREAU, Role.DRAFTER), "lead": hire("stats.lead", BUREAU, Role.LEAD)}


def in_force(year: int = 2025) -> list[tuple[Decimal | None, str]]:
    rows = Observation.objects.in_force().filter(programme__code="national", indicator__code=POPULATION, year=year)
    return list(rows.values_list("value", "status"))


def offered(year: int = 2025) -> list[tuple[Decimal | None, str, str]]:
    place = luzhou().divisions.get()
    indicator = SupplementFigure.objects.filter(indicator__code=POPULATION).values_list("indicator", flat=True)[0]
    found = offers_for(luzhou().programme_id, [place.pk], [indicator], year, "year")
    return [(offer.value, offer.status, offer.unit) for offers in found.values() for offer in offers]


def told(topic: str) -> list[str]:
    rows = OutboxMessage.objects.filter(topic=f"supplement.{topic}", channel="notice").order_by("recipient__email")
    return list(rows.values_list("recipient__email", flat=True))


def test_whose_pilot_areas_there_are(luzhou_drafter: Actor, luzhou_lead: Actor, bureau: Mapping[str, Actor]) -> None:
    """One's own for final figures; those one's place lies in for others to use; a lead begins none."""
    assert list(pilots_for(luzhou_drafter, FINAL)) == [luzhou()] == list(pilots_for(bureau["drafter"], SHARED))
    assert not pilots_for(luzhou_drafter, SHARED) and not pilots_for(bureau["drafter"], FINAL)
    assert not pilots_for(luzhou_lead, FINAL)
    with pytest.raises(NotFound):
        begun(bureau["drafter"], FINAL)


def test_the_route_of_the_day_is_frozen_and_needed(luzhou_drafter: Actor, sichuan_reviewer: Actor) -> None:
    supplement = begun(luzhou_drafter)
    route = Route.objects.get(sender=luzhou_drafter.unit, programme=luzhou().programme)
    assert supplement.receiver == route.receiver == sichuan_reviewer.unit
    assert supplement.chain[0] == route.receiver_id and len(supplement.chain) == 2
    route.delete()
    with pytest.raises(RuleBroken) as refused:
        begun(luzhou_drafter)
    assert refused.value.findings[0].code == "no_route"
    assert reach_supplement(supplement.uid, luzhou_drafter).receiver == sichuan_reviewer.unit


@pytest.mark.parametrize(("field", "data"), [("title", (FINAL, " ")), ("purpose", ("gift", "T"))])
def test_what_is_begun_is_checked(field: str, data: tuple[str, str], luzhou_drafter: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        begin(SupplementInput(data[0], luzhou().uid, data[1]), by=luzhou_drafter)
    assert [finding.target for finding in refused.value.findings] == [field]


def test_an_accepted_final_figure_counts_and_the_report_stays(
    luzhou_report: Report, three: Mapping[str, Actor]
) -> None:
    before = Report.objects.values_list("status", "version").get(pk=luzhou_report.pk)
    supplement = lead_to(filled(three["drafter"]), "submitted", three)
    assert in_force() == []
    assert told("submitted") == ["sichuan.reviewer@test.example"]
    done = perform(supplement, Request("accept"), by=three["reviewer"])
    assert in_force() == [(Decimal("222.4"), "final")]
    brought = Observation.objects.get(programme__code="national", indicator__code=POPULATION, year=2025)
    assert (brought.seal, brought.unit, brought.receiver_id) == (done.seal, done.unit, done.receiver_id)
    assert brought.source == "统计公报"
    assert told("accepted") == ["luzhou.drafter@test.example", "luzhou.lead@test.example"]
    assert Report.objects.values_list("status", "version").get(pk=luzhou_report.pk) == before
    assert Event.objects.about("supplement", done.uid)[0].data == {"figures": 1}


def test_only_a_newer_one_corrects_an_accepted_one(three: Mapping[str, Actor]) -> None:
    first = lead_to(filled(three["drafter"]), "accepted", three)
    with pytest.raises(WrongState):
        save_rows(first.uid, [row_of("223", revision=1)], by=three["drafter"])
    lead_to(filled(three["drafter"], FINAL, row_of("223.1")), "accepted", three)
    assert in_force() == [(Decimal("223.1"), "final")]
    assert Observation.objects.filter(seal=first.seal, withdrawn_at__isnull=True).count() == 1


def test_a_less_settled_figure_would_not_count(three: Mapping[str, Actor]) -> None:
    lead_to(filled(three["drafter"]), "accepted", three)
    weaker = filled(three["drafter"], FINAL, row_of("223", status="preliminary"))
    answer(weaker)
    with pytest.raises(RuleBroken) as refused:
        perform(weaker, Request("send_for_signing"), by=three["drafter"])
    place = luzhou().divisions.get().uid
    assert refused.value.findings[0].target == f"figure:{place}:{POPULATION}:2025:year:status"


def test_a_returned_one_is_corrected_and_sealed_anew(three: Mapping[str, Actor]) -> None:
    supplement = lead_to(filled(three["drafter"]), "returned", three)
    assert supplement.comment == "理由" and told("returned")
    assert not shows_rows(supplement, three["reviewer"])
    save_rows(supplement.uid, [row_of("223.5", revision=1)], by=three["drafter"])
    again = lead_to(supplement, "submitted", three)
    assert again.seal and again.seal.number == 2 and Seal.objects.filter(subject_uid=again.uid).count() == 2
    assert '"value":"223.500000"' in again.seal.body and shows_rows(again, three["reviewer"])


def test_what_was_recalled_is_not_shown_to_the_receiver(three: Mapping[str, Actor]) -> None:
    supplement = lead_to(filled(three["drafter"]), "submitted", three)
    recalled = perform(supplement, Request("recall"), by=three["lead"])
    assert recalled.status == "draft" and told("recalled")
    assert not shows_rows(reach_supplement(recalled.uid, three["reviewer"]), three["reviewer"])


def test_before_it_is_sealed_nobody_outside_finds_it(three: Mapping[str, Actor], ndrc_reviewer: Actor) -> None:
    supplement = lead_to(filled(three["drafter"]), "signing", three)
    for by in (three["reviewer"], ndrc_reviewer):
        with pytest.raises(NotFound):
            reach_supplement(supplement.uid, by)
    perform(supplement, Request("submit"), by=three["lead"])
    for by in (three["reviewer"], ndrc_reviewer):
        assert reach_supplement(supplement.uid, by) == supplement


def test_nobody_signs_or_accepts_what_they_wrote(three: Mapping[str, Actor], hire: Hire) -> None:
    drafter = three["drafter"]
    as_lead, as_reviewer = (hire("luzhou.drafter", unit, role) for unit, role in
                            (("lgo-510500", Role.LEAD), ("drc-510000", Role.REVIEWER)))  # fmt: skip
    supplement = lead_to(filled(drafter), "signing", three)
    with pytest.raises(RuleBroken) as refused:
        perform(supplement, Request("submit"), by=as_lead)
    assert refused.value.findings[0].code == "own_work"
    perform(supplement, Request("submit"), by=three["lead"])
    with pytest.raises(RuleBroken):
        perform(supplement, Request("accept"), by=as_reviewer)


def test_a_unit_of_one_person_signs_with_the_exemption(hire: Hire, unit_admin: Actor) -> None:
    drafter = hire("alone", "lgo-510500", Role.DRAFTER)
    lead = hire("alone", "lgo-510500", Role.LEAD)
    SoloExemption.objects.create(unit=lead.unit, programme=luzhou().programme, reason="R", granted_by=unit_admin.user)
    supplement = lead_to(filled(drafter), "submitted", {"drafter": drafter, "lead": lead})
    assert Event.objects.about("supplement", supplement.uid)[0].data["exemption"] is True


def test_an_empty_sheet_is_not_sent(luzhou_drafter: Actor) -> None:
    supplement = chosen(begun(luzhou_drafter), luzhou_drafter, POPULATION)
    with pytest.raises(RuleBroken) as refused:
        perform(supplement, Request("send_for_signing"), by=luzhou_drafter)
    assert refused.value.findings[0].code == "nothing_given"


def test_a_shared_figure_is_offered_and_never_counts_by_itself(
    bureau: Mapping[str, Actor], three: Mapping[str, Actor]
) -> None:
    supplement = lead_to(filled(bureau["drafter"], SHARED), "signing", bureau)
    assert offered() == []
    perform(supplement, Request("offer"), by=bureau["lead"])
    assert offered() == [(Decimal("222.4"), "final", "泸州市统计局")]
    assert told("offered") == ["luzhou.drafter@test.example", "luzhou.lead@test.example"]
    assert in_force() == [] and reach_supplement(supplement.uid, three["drafter"]) == supplement
    perform(supplement, Request("withdraw", "有误"), by=bureau["lead"])
    assert offered() == [] and told("withdrawn") == told("offered")


def test_the_most_settled_offer_stands_first(bureau: Mapping[str, Actor]) -> None:
    for value, status in (("221", "final"), ("222", "preliminary"), ("223", "final"), ("224", "estimate")):
        lead_to(filled(bureau["drafter"], SHARED, row_of(value, status=status)), "offered", bureau)
    assert [(str(value), status) for value, status, _unit in offered()] == [
        ("223.000000", "final"), ("221.000000", "final"), ("222.000000", "preliminary"), ("224.000000", "estimate")
    ]  # fmt: skip
    assert [unit for _value, _status, unit in offered(2024)] == [""], "published in the yearbook"
    assert offered(2019) == []


def test_rows_are_chosen_from_what_is_asked_of_past_periods(luzhou_drafter: Actor) -> None:
    supplement, place = begun(luzhou_drafter), luzhou().divisions.get().uid
    wrong = [RowInput(place, POPULATION, 2026), RowInput(place, "no-such", 2025), RowInput(place, POPULATION, 1900)]
    with pytest.raises(BadInput) as refused:
        choose_rows(supplement.uid, add=wrong, by=luzhou_drafter)
    assert sorted(finding.target for finding in refused.value.findings) == ["add.0", "add.1", "add.2"]
    chosen(supplement, luzhou_drafter, POPULATION, "pension-coverage")
    chosen(supplement, luzhou_drafter, POPULATION, year=2024)
    chosen(supplement, luzhou_drafter, POPULATION)  # once more changes nothing
    choices = {c.asked.indicator.code: c for c in choices_of(supplement, 2025, "year")}
    assert choices[POPULATION].is_chosen and not choices["sewage-treatment"].is_chosen
    choose_rows(supplement.uid, remove=[RowInput(place, POPULATION, 2024)], by=luzhou_drafter)
    assert sorted(supplement.figures.values_list("indicator__code", "year")) == [
        ("pension-coverage", 2025), (POPULATION, 2025)
    ]  # fmt: skip


def test_rows_of_two_periods_are_saved_together_or_not_at_all(luzhou_drafter: Actor) -> None:
    supplement, place = begun(luzhou_drafter), luzhou().divisions.get().uid
    with pytest.raises(BadInput) as refused:
        save_rows(supplement.uid, [row_of(), row_of("about 5", 2024)], by=luzhou_drafter)
    assert refused.value.findings[0].target == f"figure:{place}:{POPULATION}:2024:year:value"
    assert not supplement.figures.exists() and not supplement.writers.exists()
    save_rows(supplement.uid, [row_of(), row_of("221", 2024)], by=luzhou_drafter)
    assert supplement.figures.count() == 2 and supplement.writers.get().user == luzhou_drafter.user
    with pytest.raises(Stale) as stale:
        save_rows(supplement.uid, [row_of("223.5"), row_of("221", 2024, revision=1)], by=luzhou_drafter)
    assert [row["key"] for row in stale.value.extra["rows"]] == [f"{place}:{POPULATION}:2025:year"]


def test_what_waits_for_whom(three: Mapping[str, Actor]) -> None:
    supplement = filled(three["drafter"])
    for status, part in (("draft", "drafter"), ("signing", "lead"), ("submitted", "reviewer")):
        if status != "draft":
            act, by = ("send_for_signing", "drafter") if status == "signing" else ("submit", "lead")
            perform(supplement, Request(act), by=three[by])
        found = [name for name, actor in three.items() if waiting_for(actor).filter(pk=supplement.pk).exists()]
        assert found == [part]


def test_each_act_is_written_down(three: Mapping[str, Actor]) -> None:
    supplement = lead_to(filled(three["drafter"]), "accepted", three)
    acts = Event.objects.about("supplement", supplement.uid).order_by("id").values_list("act", "receiver__key")
    assert list(acts) == [
        ("supplement.begin", None), ("supplement.send_for_signing", None),
        ("supplement.submit", "drc-510000"), ("supplement.accept", "drc-510000"),
    ]  # fmt: skip


def test_a_warning_takes_an_answer_that_is_sealed(three: Mapping[str, Actor]) -> None:
    lead_to(filled(three["drafter"]), "accepted", three)
    odd = filled(three["drafter"], FINAL, row_of("95"))
    with pytest.raises(RuleBroken) as refused:
        perform(odd, Request("send_for_signing"), by=three["drafter"])
    place = luzhou().divisions.get().uid
    assert {finding.target for finding in refused.value.findings} == {f"figure:{place}:{POPULATION}:2025:year:value"}
    code = refused.value.findings[0].code
    answers = {finding.code: "区划调整" for finding in refused.value.findings}
    save_rows(odd.uid, [row_of("95", revision=1, answers=answers)], by=three["drafter"])
    perform(odd, Request("send_for_signing"), by=three["drafter"])
    sealed = perform(odd, Request("submit"), by=three["lead"]).seal
    assert sealed and f'"answer":"区划调整","code":"{code}"' in sealed.body
