"""Rules for due dates, what goes with them, and the ladder of reminders."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

RULE = {
    "function": "nth_weekday", "month": 6, "weekday": 4, "nth": -1, "time_of_day": "18:00", "zone": "Asia/Urumqi",
    "on_non_working": "previous", "source": "测试：处务会议定",
}  # fmt: skip
POLICY = {
    "open_days_before": 40, "least_fill_days": 12, "return_days": 6, "chase_again_hours": 48, "send_at": "09:15",
    "source": "测试：处务会议定",
}  # fmt: skip
STEPS = [
    {"anchor": "opening", "offset": 0, "audience": "drafters"},
    {"anchor": "due", "offset": -5, "audience": "drafters"},
    {"anchor": "due", "offset": 7, "audience": "receiver"},
]


def rules(api: Recorder, stage: Stage) -> None:
    api.get("luzhou_drafter", "date-rules/?kind=mid_year&capacity=pilot")
    own = f"date-rules/{stage.uids['date-rules']}/"
    seen = api.get("sichuan_reviewer", own)
    changed = api.put("sichuan_reviewer", own, RULE, saw=seen["version"])
    api.post("sichuan_reviewer", f"{own}end/", saw=changed["version"])
    api.post("sichuan_reviewer", "date-rules/", {**RULE, "kind": "mid_year", "capacity": "pilot"}, status=201)


def policy_and_ladder(api: Recorder, stage: Stage) -> None:
    del stage
    seen = api.get("luzhou_drafter", "deadline-policy/")
    api.put("ndrc_reviewer", "deadline-policy/", POLICY, saw=seen["version"])
    ladder = api.get("luzhou_drafter", "reminder-steps/")
    api.put("ndrc_reviewer", "reminder-steps/", {"steps": STEPS}, saw=ladder["version"])
