"""Reports, their versions, rounds of contacts, periods and copies."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.steps import Three, lead_to

ROUND = {"year": 2027, "opens_on": "2026-06-16", "due_on": "2026-07-10", "date_source": "The letter of 15 June 2026"}
PERIOD = {
    "year": 2026,
    "kind": "year_end",
    "opens_on": "2026-11-01",
    "pilots_due_on": "2026-11-30",
    "compilers_due_on": "2026-12-15",
    "date_source": "N13 of the notice",
}


def reading(api: Recorder, stage: Stage) -> None:
    report = stage.report.uid
    api.get("luzhou_drafter", "desk/")
    api.get("ndrc_reviewer", "reports/?state=in_force&embed=accepted")
    api.get("luzhou_drafter", f"reports/{report}/")
    api.get("luzhou_drafter", f"reports/{report}/events/")
    api.get("luzhou_drafter", f"reports/{report}/versions/")
    api.get("luzhou_drafter", f"reports/{report}/versions/1/")
    api.get("sichuan_reviewer", "cycles/")
    api.get("ndrc_reviewer", f"cycles/{stage.report.due.cycle.uid}/overview/")
    api.get("department_clerk", "copies/")
    api.get("department_clerk", f"copies/{stage.accepted.uid}/")


def writing(api: Recorder, stage: Stage) -> None:
    report = stage.report.uid
    seen = next(s for s in api.get("luzhou_drafter", f"reports/{report}/")["sections"] if s["code"] == "progress")
    path = f"reports/{report}/sections/progress/"
    html = "<p>本期围绕批复的试点任务逐项推进。</p>"
    api.put("luzhou_drafter", path, {"html": html}, saw=seen["revision"])
    # Whoever saw the revision before this one is told whose change it was, with both texts.
    api.put("luzhou_drafter", path, {"html": "<p>旧文本</p>"}, saw=seen["revision"], status=409)
    api.put("luzhou_drafter", path, {"html": html}, status=428)
    version = api.get("luzhou_drafter", f"reports/{report}/")["version"]
    body = {"comment": "已按退回意见补充第四部分。"}
    api.post("luzhou_drafter", f"reports/{report}/actions/send_for_signing/", body, saw=version)


def compiling(api: Recorder, stage: Stage) -> None:
    three = Three(*(api.actors[name] for name in ("county_drafter", "county_lead", "luzhou_reviewer")))
    lead_to(stage.county_report, "accepted", three)
    path = f"reports/{stage.report.uid}/basis/"
    rows = api.get("luzhou_drafter", path)["rows"]
    ready = [row["due"]["uid"] for row in rows if row["can_be_taken_in"]]
    api.post("luzhou_drafter", path, {"dues": ready})


def opening(api: Recorder, stage: Stage) -> None:
    api.post("ndrc_reviewer", "cycles/open/", PERIOD, status=201)
    api.post("ndrc_reviewer", "contact-rounds/open/", ROUND, status=201)


def round_of_contacts(api: Recorder, stage: Stage) -> None:
    api.get("ndrc_reviewer", f"reports/{stage.contacts_sent.uid}/contacts/?compare=last")
