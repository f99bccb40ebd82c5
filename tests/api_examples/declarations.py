"""What a pilot area declares with its report, and its tasks taken into the text."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage


def declared(api: Recorder, stage: Stage) -> None:
    """Every red line answered, and one commitment; then the tasks of the plan as sentences."""
    path = f"reports/{stage.report.uid}/declarations/"
    found = api.get("luzhou_drafter", path)
    body = {
        "red_lines": [{"code": row["code"], "answer": "kept"} for row in found["red_lines"]],
        "outcomes": [{"line": row["line"], "outcome": "kept", "account": "已完成"} for row in found["outcomes"]],
        "commitments": [{"text": "公布居住证积分办法", "due_on": "2026-11-30"}],
    }
    api.put("luzhou_drafter", path, body, saw=found["revision"])
    api.post("luzhou_drafter", f"reports/{stage.report.uid}/tasks/take-in/")
