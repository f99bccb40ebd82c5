"""The register of documents; targets and baselines of a pilot area."""

from __future__ import annotations

from typing import Any

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

DOCUMENT = {
    "name_zh": "关于供水目标的补充通知（虚构）",
    "number": "虚构府发[2026]10号",
    "kind": "通知",
    "issuer": "虚构市人民政府",
    "signed_on": "2026-05-20",
}
CLAUSE = {"title_zh": "一、目标（虚构）", "text": "到2030年，污水处理率达到97%。（虚构）"}
RATE = "sewage-treatment"


def documents(api: Recorder, stage: Stage) -> None:
    api.get("luzhou_drafter", "documents/?q=泸市府发[2015]7号")
    made = api.post("luzhou_drafter", "documents/", DOCUMENT, status=201)
    path = f"documents/{made['uid']}/"
    with_clause = api.post("luzhou_drafter", f"{path}clauses/", CLAUSE, status=201)
    clause = with_clause["clauses"][0]["uid"]
    seen = api.put("luzhou_drafter", f"clauses/{clause}/", CLAUSE, saw=with_clause["version"])
    api.put("luzhou_drafter", path, DOCUMENT, saw=seen["version"])
    path = f"documents/{stage.uids['documents']}/"
    api.get("luzhou_drafter", path)
    api.get("luzhou_drafter", f"{path}citations/")


def targets(api: Recorder, stage: Stage) -> None:
    path, said = f"pilots/{stage.pilot.uid}/", _said(stage)
    api.get("luzhou_drafter", f"{path}targets/?indicator=resident-urbanization-rate")
    demand = {"comparison": "at_least", "value": "97%", "due_on": "2030-12-31"}
    made = api.post("luzhou_drafter", f"{path}targets/", {"indicator": RATE, **demand, **said}, status=201)
    other = {**demand, "value": "98", **said, "reason": "原文为98%"}
    follows = api.post("luzhou_drafter", f"targets/{made['uid']}/replace/", other, status=201)
    api.post("luzhou_drafter", f"targets/{follows['uid']}/end/", {"reason": "文件已废止（虚构）"})


def baselines(api: Recorder, stage: Stage) -> None:
    path = f"pilots/{stage.pilot.uid}/"
    api.get("luzhou_drafter", f"{path}baselines/?indicator=resident-urbanization-rate")
    body = {"indicator": "public-water-supply", "year": 2024, "value": "95%", "status": "final", **_said(stage)}
    made = api.post("luzhou_drafter", f"{path}baselines/", body, status=201)
    api.post("luzhou_drafter", f"baselines/{made['uid']}/choose/", {"reason": "以审定数为准"})
    api.post("luzhou_drafter", f"baselines/{made['uid']}/end/", {"reason": "录入有误"})


def _said(stage: Stage) -> dict[str, Any]:
    return {"clause": str(stage.uids["clauses"]), "as_written": "达到97%（虚构）", "reason": "按新文件"}
