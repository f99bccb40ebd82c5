"""Briefs and the meeting pack: the dashboard's numbers, one page each, for those in reach, whatever people wrote."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.access import Actor
from accounts.models import Role
from dashboards import packs, papers
from dashboards.brief_reports import first_sentences, width
from dashboards.packs import MOST, Choice
from dashboards.sheets import Sheet, office_sheet, pilot_sheet
from indicators import positions
from indicators.models import PilotPosition, Position
from pilots.models import PilotArea
from portal.errors import NotFound
from reporting.models import Report, VersionSection
from tests.conftest import Hire, SignIn
from tests.dashboards.dense import dense
from tests.indicators.figure_cast import luzhou
from tests.plans.plan_cast import A, B, a_plan
from tests.steps import Three, lead_to
from units.models import Programme, Unit

pytestmark = pytest.mark.django_db
HOSTILE = (
    '#read("/etc/passwd")', "*bold* _soft_ `raw` $x^2$", "\\ \\u{41} // no /* no */", "#panic()", "<b>&amp;</b>",
    "@ref <label>", "= Heading", "”\"'", "\u202e\u200f", "👩‍👩‍👧",
)  # fmt: skip
LOOK = os.environ.get("LOOK_AT_BRIEFS", "")
"""A directory the papers of these tests are put into, to be looked at."""


@pytest.fixture
def three(luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor) -> Three:
    return Three(luzhou_drafter, luzhou_lead, sichuan_reviewer)


@pytest.fixture
def full(programme: Programme, luzhou_report: Report, three: Three) -> PilotArea:
    """Luzhou with targets, figures, an accepted report that says something, and tasks."""
    dense(programme)
    a_plan()
    lead_to(luzhou_report, "accepted", three)
    say(luzhou_report, "<p>管网老化，更新资金缺口较大。需省级统筹。</p><p>Second.</p>")
    return luzhou()


@pytest.fixture
def ndrc_drafter(hire: Hire) -> Actor:
    """Sees what NDRC receives itself, and nothing further below."""
    return hire("ndrc.drafter", "ndrc", Role.DRAFTER)


def say(report: Report, html: str) -> None:
    VersionSection.objects.filter(version__report=report).update(html=html)


def pilot_at(client: Client, name: str = "pilot-brief", **query: Any) -> Any:
    return client.get(reverse(f"dashboards:{name}", args=[luzhou().uid]), query)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def body_of(answer: Any) -> bytes:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    return b"".join(answer.streaming_content)


def kept(pdf: bytes, name: str) -> bytes:
    if LOOK:
        Path(LOOK, name).write_bytes(pdf)
    return pdf


# -- numbers -----------------------------------------------------------------------------------------------------


def test_a_brief_has_the_numbers_of_the_positions(full: PilotArea, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(sichuan_reviewer)
    brief = client.get(reverse("api:pilot-brief", args=[full.uid])).json()
    rows = client.get(reverse("api:positions"), {"page_size": "200"}).json()["results"]
    own = [row for row in rows if row["pilot_area"] == str(full.uid) and row["verdict"]]
    by_code = {row["indicator"]["code"]: row for row in own}
    assert own
    assert {row["indicator"]["code"]: row for row in brief["targets"]} == by_code
    for verdict in ("off_track", "at_risk", "on_track", "ahead", "unknown"):
        assert brief["tally"][verdict] == sum(row["verdict"] == verdict for row in own)
    order = ["off_track", "at_risk", "on_track", "ahead", "unknown"]
    verdicts = [order.index(row["verdict"]) for row in brief["targets"]]
    assert verdicts == sorted(verdicts)
    page = pilot_at(client).content.decode()
    assert brief["finding"] in page
    for row in brief["targets"][:14]:
        assert row["verdict_label"] in page


@pytest.mark.parametrize("who", ["ndrc_reviewer", "sichuan_reviewer", "sichuan_drafter", "auditor"])
def test_an_office_has_the_numbers_of_the_dashboard(
    who: str, full: PilotArea, request: pytest.FixtureRequest, signed_in: SignIn
) -> None:
    client = signed_in(request.getfixturevalue(who))
    whole = client.get(reverse("api:dashboard")).json()
    own = client.get(reverse("api:office-brief", args=[whole["office_uid"]])).json()
    assert own["tally"] == whole["whole"]
    assert own["finding"] == whole["finding"]
    shared = {side["key"]: side["tally"] for side in own["indicators"]}
    assert shared == {side["key"]: side["tally"] for side in whole["indicators"] if side["key"] in shared}
    assert sum(tally["total"] for tally in shared.values()) <= whole["whole"]["total"]
    for side in [side for side in whole["senders"] if side["key"]][:5]:
        answer = client.get(reverse("api:office-brief", args=[side["key"]]))
        if who == "sichuan_drafter":
            assert answer.status_code == 404
            continue
        assert answer.json()["tally"] == side["tally"]
        narrowed = client.get(reverse("api:dashboard"), {"sender": side["key"]}).json()
        assert answer.json()["tally"] == narrowed["whole"]


def test_an_office_names_the_worst_and_who_is_missing(
    full: PilotArea, sichuan_reviewer: Actor, signed_in: SignIn
) -> None:
    office = sichuan_reviewer.unit
    brief = signed_in(sichuan_reviewer).get(reverse("api:office-brief", args=[office.uid])).json()
    below = PilotPosition.objects.filter(chain__contains=[office.pk]).worst_first()
    danger = [row for row in below if row.off_track or row.at_risk]
    assert [row["name"] for row in brief["worst"]] == [row.pilot_area.name for row in danger[:10]]
    assert brief["in_danger"] == len(danger)
    assert brief["pilot_areas"] == below.count()
    reports = brief["reports"]
    assert (reports["submitted"], reports["accepted"]) == (1, 1)
    assert reports["missing"] == reports["expected"] - 1
    fell = Position.objects.filter(pilot__in=below, change__lt=0).order_by("-figure_on", "change", "pk")[:6]
    assert [row["indicator"]["code"] for row in brief["fell"]] == [row.indicator.code for row in fell]
    assert (brief["work"]["overdue"], [row["name"] for row in brief["work"]["longest_overdue"]]) == (1, [f"1. {A}"])


def test_the_report_speaks_in_its_own_words(full: PilotArea, sichuan_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(sichuan_reviewer)
    brief = client.get(reverse("api:pilot-brief", args=[full.uid])).json()
    sent = brief["reports"]["last_sent"]
    assert [quote["section"] for quote in sent["quotes"]] == ["difficulties", "next_steps"]
    assert sent["quotes"][0]["text"] == "管网老化，更新资金缺口较大。需省级统筹。 Second."
    page = pilot_at(client).content.decode()
    assert f"{sent['receipt_number']}" in page
    assert "“管网老化" in page
    assert (brief["work"]["overdue"], brief["work"]["due_next"][0]["name"][3:]) == (1, "清理（虚构）")
    assert B in page


def test_above_the_receiver_only_what_was_accepted_is_quoted(
    programme: Programme, luzhou_report: Report, three: Three, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    dense(programme)
    lead_to(luzhou_report, "submitted", three)
    for actor, is_quoted in ((three.reviewer, True), (three.drafter, True), (ndrc_reviewer, False)):
        brief = signed_in(actor).get(reverse("api:pilot-brief", args=[luzhou().uid])).json()
        assert bool(brief["reports"]["last_sent"]) is is_quoted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ("", False)),
        ("一句。两句！三句", ("一句。两句！三句", False)),
        ("一" * 100 + "。尾", ("一" * 90, True)),
        ("Short. 3.5 is a number. " + "long " * 60, ("Short. 3.5 is a number.", True)),
        ("第一段\n第二段", ("第一段 第二段", False)),
    ],
)
def test_first_sentences(text: str, told: tuple[str, bool]) -> None:
    assert first_sentences(text) == told
    assert width(first_sentences(text)[0]) <= 180


def test_what_nobody_verified_is_left_out(full: PilotArea, sichuan_reviewer: Actor) -> None:
    row = Position.objects.filter(pilot__pilot_area=full).exclude(verdict="").exclude(target=None)[0]
    Position.objects.filter(pk=row.pk).update(verdict="unknown", reason="unverified_target", target="77.77")
    sheet = pilot_sheet(packs.pilot_brief(sichuan_reviewer, full.uid))
    assert "77.77" not in str(sheet.as_data())
    assert "目标值待核实" in str(sheet.as_data())


# -- paper -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_brief_is_one_page(
    full: PilotArea, three: Three, ndrc_reviewer: Actor, signed_in: SignIn, language: str
) -> None:
    for actor, name, uid in (
        (three.drafter, "pilot-brief-pdf", full.uid),
        (three.reviewer, "pilot-brief-pdf", full.uid),
        (three.reviewer, "office-brief-pdf", three.reviewer.unit.uid),
        (ndrc_reviewer, "office-brief-pdf", ndrc_reviewer.unit.uid),
    ):
        answer = signed_in(actor).get(reverse(f"dashboards:{name}", args=[uid]), headers={"accept-language": language})
        pdf = kept(body_of(answer), f"{name}-{actor.user.email.split('@')[0]}-{language}.pdf")
        assert pages_of(pdf) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_pack_has_a_page_for_each(full: PilotArea, ndrc_reviewer: Actor, signed_in: SignIn, language: str) -> None:
    heads = PilotPosition.objects.filter(programme=ndrc_reviewer.programme).worst_first()[:37]
    offices = Unit.objects.filter(key__in=["drc-510000", "drc-320000", "drc-340000"])
    query: dict[str, Any] = {
        "pilot": [head.pilot_area.uid.hex for head in heads],
        "office": [unit.uid for unit in offices],
    }
    client = signed_in(ndrc_reviewer)
    url = reverse("dashboards:meeting-pack-pdf")
    answer = client.get(url, {**query, "overview": "1"}, headers={"accept-language": language})
    pdf = kept(body_of(answer), f"pack-{language}.pdf")
    assert pages_of(pdf) == 1 + 1 + 40
    api = client.get(reverse("api:meeting-pack"), {**query, "pilot": query["pilot"][:2]})
    assert pages_of(body_of(api)) == 1 + 5


def test_what_people_wrote_is_text_on_paper(full: PilotArea, luzhou_report: Report, sichuan_reviewer: Actor) -> None:
    """Whatever it says, it is put in as data, and each sheet stays one page."""
    for text in HOSTILE:
        say(luzhou_report, f"<p>{text}</p>" if "<" not in text else "<p>&lt;b&gt;</p>")
        PilotArea.objects.filter(pk=full.pk).update(name_as_published=f"x {text}"[:120])
        with translation.override("zh-hans"):
            sheet = pilot_sheet(packs.pilot_brief(sichuan_reviewer, full.uid))
        assert sheet.name == f"x {text}"[:120]
        said = papers.content([sheet], sichuan_reviewer)
        assert said["sheets"][0]["name"] == sheet.name
        assert len(papers.pages(said, "png")) == 1
        assert pages_of(papers.pages(said)[0]) == 1


def test_hostile_text_is_drawn_as_it_stands(full: PilotArea, sichuan_reviewer: Actor) -> None:
    """Read as code, `#panic()` would stop the printing and `*` would vanish: the words differ, so do the pictures."""
    sheet = pilot_sheet(packs.pilot_brief(sichuan_reviewer, full.uid))
    said = papers.content([sheet], sichuan_reviewer)

    def drawn(name: str) -> bytes:
        return papers.pages({**said, "sheets": [{**said["sheets"][0], "name": name}]}, "png")[0]

    assert drawn("*x*") != drawn("x")
    assert drawn("$x$") != drawn("x")
    assert drawn("#x") != drawn("x")
    assert drawn("\\#x") != drawn("#x")


def test_the_longest_texts_stay_on_one_page(full: PilotArea, sichuan_reviewer: Actor) -> None:
    sheet = pilot_sheet(packs.pilot_brief(sichuan_reviewer, full.uid))
    table = sheet.wide[0].rows[0]
    data = sheet.as_data()
    data["name"] = "长" * 120
    cells = [{**data["wide"][0]["rows"][0][at], "text": "很长的名称" * 20} for at in range(len(table))]
    data["wide"][0]["rows"] = [cells] * 14
    said = {**papers.content([sheet], sichuan_reviewer), "sheets": [data]}
    assert pages_of(papers.pages(said)[0]) == 1


# -- reach -------------------------------------------------------------------------------------------------------


def test_who_gets_which_brief(
    full: PilotArea, three: Three, ndrc_reviewer: Actor, stranger: Actor, signed_in: SignIn
) -> None:
    sichuan, ndrc = three.reviewer.unit, ndrc_reviewer.unit
    rights: list[tuple[Actor, dict[uuid.UUID, int]]] = [
        (three.drafter, {full.uid: 200, sichuan.uid: 404, ndrc.uid: 404, three.drafter.unit.uid: 404}),
        (three.reviewer, {full.uid: 200, sichuan.uid: 200, ndrc.uid: 404}),
        (ndrc_reviewer, {full.uid: 200, sichuan.uid: 200, ndrc.uid: 200}),
        (stranger, {full.uid: 404, sichuan.uid: 404, ndrc.uid: 404, stranger.unit.uid: 200}),
    ]
    for actor, expected in rights:
        client = signed_in(actor)
        for uid, status in expected.items():
            kind = "pilot" if uid == full.uid else "office"
            for name in (f"dashboards:{kind}-brief", f"dashboards:{kind}-brief-pdf", f"api:{kind}-brief"):
                assert client.get(reverse(name, args=[uid])).status_code == status, (actor, name)
            pack = client.get(reverse("dashboards:meeting-pack-pdf"), {kind: str(uid)})
            assert pack.status_code == status, (actor, kind)


def test_a_sender_that_is_a_pilot_area_itself_has_both(full: PilotArea, ndrc_reviewer: Actor) -> None:
    """Jiangsu is a pilot area and compiles for others: its own targets count in its brief for who is above."""
    unit = Unit.objects.get(key="drc-320000")
    brief = packs.office_brief(ndrc_reviewer, unit.uid)
    own = PilotPosition.objects.filter(unit=unit, programme=ndrc_reviewer.programme)
    below = PilotPosition.objects.filter(chain__contains=[unit.pk])
    assert brief.pilots == (own | below).distinct().count()
    assert brief.tally.total == sum(row.targets for row in (own | below).distinct())


def test_the_pilot_area_s_page_leads_to_its_brief_where_there_is_one(
    full: PilotArea, three: Three, ndrc_reviewer: Actor, ndrc_drafter: Actor, stranger: Actor, auditor: Actor,
    signed_in: SignIn,
) -> None:  # fmt: skip
    for actor in (three.drafter, three.lead, three.reviewer, ndrc_reviewer, ndrc_drafter, stranger, auditor):
        client = signed_in(actor)
        brief = client.get(reverse("dashboards:pilot-brief", args=[full.uid])).status_code
        page = client.get(reverse("reporting:pilot", args=[full.uid])).content.decode()
        assert (reverse("dashboards:pilot-brief-pdf", args=[full.uid]) in page) is (brief == 200), actor


# -- the pack ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("dashboards:meeting-pack-pdf", 400), ("api:meeting-pack", 422)])
def test_refusals_keep_what_was_ticked(
    name: str, status: int, full: PilotArea, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    client, url = signed_in(ndrc_reviewer), reverse(name)
    heads = PilotPosition.objects.filter(programme=ndrc_reviewer.programme).worst_first()[: MOST + 1]
    uids = [head.pilot_area.uid for head in heads]
    assert client.get(url).status_code == status
    assert client.get(url, {"pilot": "x"}).status_code == 400
    assert client.get(url, {"pilot": str(uuid.uuid4())}).status_code == 404
    assert client.get(url, {"pilot": str(uids[0]), "office": str(uuid.uuid4())}).status_code == 404
    many = client.get(url, {"pilot": [str(uid) for uid in uids]}, headers={"accept-language": "en"})
    assert many.status_code == status
    assert "at most 40 briefs; 41 are chosen" in many.content.decode()
    if name.startswith("dashboards"):
        assert all(f'value="{uid.hex}" checked' in many.content.decode() for uid in uids[:40])
    twice = client.get(url, {"pilot": [str(uids[0])] * 50})
    assert pages_of(body_of(twice)) == 2


def test_the_form_is_preset_by_the_filters(full: PilotArea, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client, url = signed_in(ndrc_reviewer), reverse("dashboards:meeting-pack")
    page: Any = client.get(url)
    ticked = [row for row, is_ticked in page.context["pilots"] if is_ticked]
    assert 0 < len(ticked) <= 10
    assert all(row.off_track or row.at_risk for row in ticked)
    sichuan = Unit.objects.get(key="drc-510000")
    narrowed: Any = client.get(url, {"sender": str(sichuan.uid), "batch": "1"})
    rows = PilotPosition.objects.filter(chain__contains=[sichuan.pk], batch__number=1)
    assert {row.pk for row, is_ticked in narrowed.context["pilots"] if is_ticked} == {row.pk for row in rows}
    assert [unit for unit, _tally, _is_ticked in narrowed.context["senders"]] == [sichuan]
    assert client.get(url, {"batch": "9"}).status_code == 400
    for page_name in ("dashboards:overview", "dashboards:pilots"):
        assert f"{url}?batch=1" in client.get(reverse(page_name), {"batch": "1"}).content.decode()


def test_a_pilot_area_prints_its_own(full: PilotArea, luzhou_drafter: Actor, signed_in: SignIn) -> None:
    client = signed_in(luzhou_drafter)
    page: Any = client.get(reverse("dashboards:meeting-pack"))
    assert [row.pilot_area for row, _is_ticked in page.context["pilots"]] == [full]
    assert page.context["office"] is None
    assert client.get(reverse("dashboards:meeting-pack-pdf"), {"overview": "1"}).status_code == 404
    own = client.get(reverse("dashboards:meeting-pack-pdf"), {"pilot": full.uid.hex})
    assert pages_of(body_of(own)) == 2


# -- statements --------------------------------------------------------------------------------------------------


def asked(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def test_a_pack_of_forty_asks_as_much_as_one_of_three(full: PilotArea, ndrc_reviewer: Actor) -> None:
    heads = PilotPosition.objects.filter(programme=ndrc_reviewer.programme).worst_first()
    pilots = [full.uid, *(head.pilot_area.uid for head in heads if head.pilot_area != full)]
    offices = [
        Unit.objects.get(key="drc-510000").uid,
        *Unit.objects.filter(key__in=["drc-320000", "drc-340000"]).values_list("uid", flat=True),
    ]

    def made(pilot_count: int, office_count: int) -> list[Sheet]:
        return packs.pack(ndrc_reviewer, Choice(pilots[:pilot_count], offices[:office_count], overview=True))

    few = asked(lambda: made(2, 1))
    assert asked(lambda: made(10, 1)) == asked(lambda: made(37, 3)) == few
    assert few <= 32


def test_a_brief_asks_as_much_with_many_targets_as_with_few(
    programme: Programme, three: Three, luzhou_report: Report, signed_in: SignIn
) -> None:
    a_plan()
    lead_to(luzhou_report, "accepted", three)
    positions.rebuild(programme)
    client = signed_in(three.reviewer)
    pilot_at(client)
    few = asked(lambda: pilot_at(client))
    dense(programme)
    assert asked(lambda: pilot_at(client)) == few
    assert asked(lambda: pilot_at(client, "pilot-brief-pdf")) <= few


def test_out_of_reach_is_not_found_below_the_faces(full: PilotArea, stranger: Actor) -> None:
    with pytest.raises(NotFound):
        packs.pilot_brief(stranger, full.uid)
    with pytest.raises(NotFound):
        packs.pack(stranger, Choice([full.uid]))
    assert office_sheet(packs.office_brief(stranger, stranger.unit.uid)).name == stranger.unit.name
