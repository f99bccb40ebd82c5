"""Oneself, notices, history; people and their roles, handing over, tokens, operations."""

from __future__ import annotations

from unittest.mock import patch

from accounts.models import Membership, Role
from records.models import MailFailure
from staff.services import machinery
from staff.services.machinery import Broker, QueueState
from tests.api_examples.recorder import Recorder
from tests.api_examples.stage import Stage

ROLE = {"programme": "national", "role": "viewer"}
NEWCOMER = {
    "programme": "national",
    "role": "drafter",
    "email": "newcomer@test.example",
    "name": "测试·新同事",
    "phone": "0830-1234567",
    "language": "zh-hans",
}
TOKEN = {"name": "Nightly transfer to the office system", "scopes": ["read", "reports"], "days": 90}
ALONE = {"programme": "national", "reason": "The office has one post."}


def oneself(api: Recorder, stage: Stage) -> None:
    me = api.get("luzhou_drafter", "me/")
    api.put("luzhou_drafter", "me/hat/", {"membership": me["hats"][0]["uid"]})
    api.get("luzhou_drafter", "me/preferences/")
    api.put("luzhou_drafter", "me/preferences/", {"mail_rhythm": "at_once"})
    api.get("luzhou_drafter", "notices/")
    api.post("luzhou_drafter", f"notices/{stage.uids['notices']}/read/")
    api.post("luzhou_drafter", "notices/read/")
    api.get("auditor", "events/?act=report.submit")
    # What is in the queues of this machine is nobody's example.
    quiet = Broker(tuple(QueueState(name, 0) for name in ("portal", "mail", "heavy", "housekeeping")))
    with patch.object(machinery, "broker", lambda: quiet):
        api.get("system_admin", "operations/")


def units(api: Recorder, stage: Stage) -> None:
    path = f"units/{stage.uids['units']}/"
    api.get("unit_admin", "people/units/")
    api.get("unit_admin", f"{path}staff/")
    api.get("unit_admin", f"{path}people/?role=drafter")
    api.get("unit_admin", f"{path}tokens/")
    api.post("unit_admin", f"{path}invitations/", NEWCOMER, status=201)


def exemptions(api: Recorder, stage: Stage) -> None:
    others = Membership.objects.filter(unit=stage.report.due.unit, role__in=[Role.LEAD, Role.DRAFTER])
    others.exclude(user=stage.reader.user).update(ended_at=stage.reader.hat.started_at)
    path = f"units/{stage.uids['units']}/exemption/"
    api.post("system_admin", path, ALONE, status=201)
    api.post("system_admin", f"{path}end/", {**ALONE, "reason": "A lead was appointed."})


def one_person(api: Recorder, stage: Stage) -> None:
    path = f"people/{stage.uids['people']}/"
    seen = api.get("unit_admin", path)
    api.put("unit_admin", f"{path}phone/", {"phone": "13800001234"}, saw=seen["version"])
    api.post("unit_admin", f"{path}phone/reveal/")
    MailFailure.objects.create(user=stage.reader.user, since=stage.reader.hat.started_at, error="550 No such mailbox")
    seen = api.get("unit_admin", path)
    address = {"email": "drafter@test.example", "reason": "The office has a new mail server."}
    api.put("unit_admin", f"{path}mail-address/", address, saw=seen["version"])
    api.get("unit_admin", f"{path}events/")
    hat = stage.uids["memberships"]
    moved = api.post("unit_admin", f"memberships/{hat}/move/", {**ROLE, "reason": "New duties"})
    api.post("unit_admin", f"memberships/{moved['uid']}/end/", {"reason": "Left the office"})


def leaving(api: Recorder, stage: Stage) -> None:
    path = f"people/{stage.uids['people']}/"
    api.post("unit_admin", f"{path}deactivate/", {"reason": "Retired"})
    api.post("unit_admin", f"{path}reactivate/", {**ROLE, "reason": "Back for a project"})


def working_days(api: Recorder, stage: Stage) -> None:
    body = {"lines": "2027-02-05 至 2027-02-11 休 春节\n2027-02-20 班 春节", "source": "A notice made up for this"}
    api.put("system_admin", "working-days/2027/", body, saw=0)
    api.get("luzhou_drafter", "working-days/?year=2027")
    closed = {"day": "2026-07-06", "is_working": False, "name": "Moving house", "source": "The office's own decision"}
    days = api.post("unit_admin", "calendar-days/", closed, status=201)["days"]
    api.post("unit_admin", f"calendar-days/{days[0]['uid']}/remove/", {"reason": "Entered by mistake"})


def handing_over(api: Recorder, stage: Stage) -> None:
    path = f"people/{stage.uids['people']}/"
    api.get("unit_admin", f"{path}holdings/")
    body = {
        "unit": str(stage.uids["units"]),
        "successor": str(api.actors["luzhou_viewer"].user.uid),
        "note": "接替填报工作；第四部分等市财政局的数字。",
    }
    api.post("unit_admin", f"{path}hand-over/", {**body, "dry_run": True})
    done = api.post("unit_admin", f"{path}hand-over/", {**body, "dry_run": False}, status=201)
    api.get("unit_admin", "hand-overs/?ordering=-at")
    api.get("unit_admin", f"hand-overs/{done['uid']}/")


def tokens(api: Recorder, stage: Stage) -> None:
    made = api.post("luzhou_drafter", "tokens/", TOKEN, status=201)
    api.get("luzhou_drafter", "tokens/?ordering=-created_at")
    api.post("unit_admin", f"tokens/{made['uid']}/revoke/", {"reason": "The system was replaced."})
