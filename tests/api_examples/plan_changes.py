"""Change requests, editions, implementation plans: proposed, sent, decided."""

from __future__ import annotations

from plans.models import Plan
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.plans.flow_cast import PDF
from tests.plans.plan_cast import B, C, a_plan, task_of


def a_change(api: Recorder, stage: Stage) -> None:
    plan = a_plan(pilot=stage.pilot)
    path = f"plans/{plan.uid}/"
    begun = {"title": "调整铺管期限（虚构）", "reason": "汛期影响（虚构）"}
    made = api.post("luzhou_drafter", f"{path}changes/", begun, status=201)
    change = f"plan-changes/{made['uid']}/"
    api.put("luzhou_drafter", change, {**begun, "reason": "汛期影响施工（虚构）"}, saw=0)
    _rows(api, plan, change)
    api.upload("luzhou_drafter", f"{change}original/", {}, PDF.name, PDF.content, status=200, saw=5)
    api.file("luzhou_drafter", f"{change}original/")
    api.get("luzhou_drafter", change)
    for number, (who, name) in enumerate(
        (("luzhou_drafter", "send_for_signing"), ("luzhou_lead", "submit"), ("sichuan_reviewer", "approve")), 6
    ):
        api.post(who, f"{change}actions/{name}/", {"comment": ""}, saw=number)
    api.get("sichuan_reviewer", "plan-changes/")
    api.get("sichuan_reviewer", f"{path}changes/")
    api.file("luzhou_drafter", f"{path}original/")
    for room in ("standing/", "editions/", "editions/2/", "editions/2/differences/?from=1"):
        api.get("sichuan_reviewer", f"{path}{room}")


def _rows(api: Recorder, plan: Plan, change: str) -> None:
    """Rows put, written anew, taken out."""
    row = {"kind": "change", "task": str(task_of(plan, B).uid), "wanted": {"due_on": "2026-08-15"}}
    put = api.post("luzhou_drafter", f"{change}rows/", row, saw=1)
    room = f"{change}rows/{put['items'][0]['uid']}/"
    api.put("luzhou_drafter", room, {**row, "wanted": {"due_on": "2026-08-20"}}, saw=2)
    end = {"kind": "end", "task": str(task_of(plan, C).uid), "wanted": {}}
    put = api.post("luzhou_drafter", f"{change}rows/", end, saw=3)
    api.post("luzhou_drafter", f"{change}rows/{put['items'][1]['uid']}/remove/", saw=4)


def a_plan_on_its_way(api: Recorder, stage: Stage) -> None:
    plan = a_plan("draft", pilot=stage.pilot)
    api.upload("luzhou_drafter", f"plans/{plan.uid}/original/", {}, PDF.name, PDF.content, status=200)
    api.post("luzhou_drafter", f"plans/{plan.uid}/actions/send_for_signing/", {"comment": ""}, saw=0)


def an_implementation_plan(api: Recorder, stage: Stage) -> None:
    given = {"kind": "implementation", "title": "试点实施方案（虚构）", "year": 2026, "note": "请提出意见"}
    made = api.post("luzhou_drafter", "guided-plans/", {**given, "pilot_area": str(stage.pilot.uid)}, status=201)
    path = f"guided-plans/{made['uid']}/"
    api.put("luzhou_drafter", path, {**given, "year": None}, saw=0)
    api.upload("luzhou_drafter", f"{path}file/", {}, PDF.name, PDF.content, status=200, saw=1)
    api.file("luzhou_drafter", f"{path}file/")
    api.post("luzhou_lead", f"{path}actions/submit/", {"comment": ""}, saw=2)
    api.post("sichuan_reviewer", f"{path}actions/agree/", {"comment": "原则同意，请按季度细化。"}, saw=3)
    api.get("sichuan_reviewer", path)
    api.get("sichuan_reviewer", "guided-plans/")
