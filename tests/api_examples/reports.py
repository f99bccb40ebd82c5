"""Reports, their versions, rounds of contacts, periods and copies."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from reporting.models import Due
from reporting.reminders import remind
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


def chasing(api: Recorder, stage: Stage) -> None:
    report = str(stage.report.uid)
    body = {"spoken_to": "The drafter on duty", "promised_on": "2026-06-19", "note": "The figures are being checked."}
    api.post("sichuan_reviewer", f"reports/{report}/calls/", body, status=201)
    api.post("sichuan_reviewer", "chases/", {"reports": [report], "note": "请于本周五前报送。"})
    api.get("sichuan_reviewer", "chases/?ordering=-at")


def searching(api: Recorder, stage: Stage) -> None:
    api.get("sichuan_reviewer", "search/?q=luzhou+2026&kind=report")


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


def planning(api: Recorder, stage: Stage) -> None:
    plan = api.get("ndrc_reviewer", "plans/2028/")
    api.post("ndrc_reviewer", "plans/2028/generate/", {"digest": plan["digest"]}, status=202)
    path = f"cycles/{stage.report.due.cycle.uid}/plan/"
    digest = api.get("ndrc_reviewer", path)["digest"]
    # What has changed since it was read is not carried out: read again.
    api.post("ndrc_reviewer", path, {"digest": "0" * 64}, status=409)
    api.post("ndrc_reviewer", path, {"digest": digest})


def round_of_contacts(api: Recorder, stage: Stage) -> None:
    api.get("ndrc_reviewer", f"reports/{stage.contacts_sent.uid}/contacts/?compare=last")


def due_dates(api: Recorder, stage: Stage) -> None:
    cycle = stage.uids["cycles"]
    api.get("sichuan_reviewer", "dues/?scope=received&state=owed&ordering=due_on")
    api.get("sichuan_reviewer", "dues/days/?month=2026-06&scope=received")
    api.get("sichuan_reviewer", f"timeliness/?cycle={cycle}")
    api.get("sichuan_reviewer", f"timeliness/senders/?cycle={cycle}")
    made = api.post("luzhou_drafter", "calendar-feeds/", {"name": "Phone", "scope": "own"}, status=201)
    api.get("luzhou_drafter", "calendar-feeds/")
    api.post("luzhou_drafter", f"calendar-feeds/{made['uid']}/revoke/")


def more_time(api: Recorder, stage: Stage) -> None:
    """Luzhou has asked already: Sichuan decides, NDRC extends everybody, Sichuan exempts and ends that."""
    report, cycle, asked = stage.report.uid, stage.report.due.cycle.uid, stage.uids["extensions"]
    wanted = {"due_on": "2026-07-20", "reason": "汛期抢险，推迟报送。"}
    api.get("sichuan_reviewer", "extensions/?which=to_decide")
    api.get("sichuan_reviewer", f"extensions/{asked}/")
    api.post("luzhou_drafter", f"reports/{report}/extensions/", wanted, status=409)
    api.post("sichuan_reviewer", f"extensions/{asked}/actions/grant/", {"due_on": "2026-07-10"}, saw=0)
    api.post("luzhou_drafter", f"reports/{report}/extensions/", wanted, status=201)
    path = f"cycles/{cycle}/blanket-extensions/"
    api.get("ndrc_reviewer", f"{path}?due_on=2026-07-31")
    api.post("ndrc_reviewer", path, {"due_on": "2026-07-31", "reason": "全国汛情，统一顺延。"}, status=201)
    api.post("sichuan_reviewer", f"reports/{report}/exemption/", {"reason": "机构改革，本期免报。"})
    api.post("sichuan_reviewer", f"reports/{report}/exemption/end/", {"reason": "仍需报送。"})


def reminders(api: Recorder, stage: Stage) -> None:
    """The date was given before the period opened, and the pass comes round."""
    due = stage.report.due
    Due.objects.filter(pk=due.pk).update(dated_at=timezone.now() - dt.timedelta(days=60))
    remind()
    api.get("luzhou_drafter", f"reports/{stage.report.uid}/reminders/")
