"""Records beside a plan: what they are, a row written down, changed and withdrawn; key projects across pilot areas."""

from __future__ import annotations

from plans.models import Plan
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.plans.ledger_cast import PROJECT

SOURCE = "可行性研究报告（虚构）"


def plan_records(api: Recorder, stage: Stage) -> None:
    plan = Plan.objects.get(pilot_area=stage.pilot).uid
    api.get("luzhou_drafter", "plan-records/")
    path = f"plans/{plan}/records/key-projects/"
    made = api.post("luzhou_drafter", path, {"values": PROJECT, "source": SOURCE}, status=201)
    row = f"plan-records/key-projects/{made['uid']}/"
    api.get("luzhou_drafter", row)
    changed = {"values": {**PROJECT, "state": "completed"}, "source": SOURCE}
    seen = api.put("luzhou_drafter", row, changed, saw=made["version"])
    api.get("luzhou_drafter", path)
    api.get("sichuan_reviewer", "key-projects/?state=completed")
    api.post("luzhou_drafter", f"{row}withdraw/", {"reason": "重复录入（虚构）"}, saw=seen["version"])
