"""The grid of a report: what is asked at mid-year, rows that are stored together, what somebody else changed first."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.reporting.figure_workbook import fill


def grid(api: Recorder, stage: Stage) -> None:
    path = f"reports/{stage.report.uid}/figures/"
    asked = [row for row in api.get("luzhou_drafter", path)["rows"] if not row["not_applicable"]]
    rows = [
        {
            "division": row["division"]["uid"],
            "indicator": row["indicator"]["code"],
            "revision": row["revision"],
            "absence": "not_available",
            "reason": "统计数据尚未发布",
        }
        for row in asked[:2]
    ]
    api.put("luzhou_drafter", path, {"rows": rows})
    changed = {**rows[0], "reason": "年度统计公报尚未发布"}
    api.put("luzhou_drafter", path, {"rows": [changed]}, status=409)


def workbook(api: Recorder, stage: Stage) -> None:
    """Taken out, one cell filled in, brought back to be looked at."""
    path = f"reports/{stage.report.uid}/figures"
    book = fill(api.file("luzhou_drafter", f"{path}.xlsx"), {"L5": "市统计局"})
    api.upload("luzhou_drafter", f"{path}/workbook/", {"store": "false"}, "figures.xlsx", book, status=200)
