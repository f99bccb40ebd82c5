"""Programmes, pilot areas, places and offices; contacts and leading groups."""

from __future__ import annotations

from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage
from tests.pilots.contact_cast import FILLED

GROUP = {"name": "城镇化工作领导小组（虚构）", "document_number": "虚构发〔2026〕3号", "founded_on": "2026-05-20"}
MEMBER = {"rank": "deputy", "name": "赵某（虚构）", "post": "副市长（虚构）", "department": "", "since": "2026-06-15"}


def registers(api: Recorder, stage: Stage) -> None:
    api.get("luzhou_drafter", "programmes/")
    api.get("luzhou_drafter", "programmes/national/")
    api.get("luzhou_drafter", "pilots/?batch=1&province=510000")
    api.get("luzhou_drafter", f"pilots/{stage.pilot.uid}/")
    api.get("luzhou_drafter", "divisions/?q=泸州&on=2026-06-15")
    api.get("luzhou_drafter", "units/?q=泸州")


def contacts(api: Recorder, stage: Stage) -> None:
    api.get("luzhou_drafter", "contact-form/")
    api.get("sichuan_reviewer", "contacts/?q=泸州")
    api.get("sichuan_reviewer", "contact-gaps/?gap=no_responsible")
    path = f"pilots/{stage.pilot.uid}/contacts/"
    seen = api.get("luzhou_drafter", f"{path}liaison/")
    body = {"name": "陈某（虚构）", "values": FILLED, "since": "2026-06-15"}
    api.put("luzhou_drafter", f"{path}liaison/", body, saw=seen["version"])
    api.get("luzhou_drafter", f"{path}history/")
    api.post("luzhou_drafter", f"{path}liaison/reveal/", {"reason": "核对座机号码"})


def groups(api: Recorder, stage: Stage) -> None:
    path = f"leading-groups/{stage.uids['leading-groups']}/"
    api.get("sichuan_reviewer", "leading-groups/?q=泸州")
    seen = api.get("luzhou_drafter", path)
    api.put("luzhou_drafter", path, GROUP, saw=seen["version"])
    api.post("luzhou_drafter", f"{path}members/", MEMBER, status=201)
    api.post("luzhou_drafter", f"group-members/{stage.uids['group-members']}/end/", {"until": "2026-06-15"})
    own = {**GROUP, "unit": str(api.actors["neighbour"].unit.uid)}
    api.post("neighbour", "leading-groups/", own, status=201)
