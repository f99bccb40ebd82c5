"""Lists brought in, webhooks and their deliveries; and how the API refuses."""

from __future__ import annotations

import uuid

from django.test import Client, override_settings

from records.importing.workflow import AT_ONCE
from records.jobs import run_waiting
from records.models import Webhook
from records.models.webhooks import TEST
from tests.api_examples.recorder import ENGLISH, PREFIX, Recorder
from tests.api_examples.stage import Stage

PEOPLE = "邮箱,姓名,角色\nnew.one@test.example,测试·甲,drafter\nnew.two@test.example,测试·乙,写材料的\n"
URL = "https://localhost:8443/in"
HOOK = {"name": "办公系统（虚构）", "url": URL, "event_types": ["report.return", "report.submit"]}


def imports(api: Recorder, stage: Stage) -> None:
    """A list with one cell that cannot be: refused, mended by a suggestion, stored."""
    api.get("unit_admin", "import-kinds/")
    run = api.upload("unit_admin", "imports/", {"kind": "people"}, "people.csv", PEOPLE)
    path = f"imports/{run['uid']}/"
    api.get("unit_admin", path)
    fault = api.get("unit_admin", f"{path}rows/?show=faults")["results"][0]
    api.post("unit_admin", f"{path}actions/store/", {}, saw=run["version"], status=422)
    mapped = api.put("unit_admin", f"{path}mapping/", {"mapping": run["mapping"]}, saw=run["version"])
    answer = {"row": fault["row"], "column": fault["column"], "value": fault["suggestions"][0]["value"]}
    mended = api.post("unit_admin", f"{path}answers/", {"answers": [answer]}, saw=mapped["version"])
    api.post("unit_admin", f"{path}actions/store/", {}, saw=mended["version"])
    api.get("unit_admin", "imports/?ordering=-created_at")


def long_jobs(api: Recorder, stage: Stage) -> None:
    """A list long enough for a job: asked for, cancelled, asked for again, done."""
    rows = "".join(f"long.{number}@test.example,测试·甲{number},drafter\n" for number in range(AT_ONCE + 1))
    run = api.upload("unit_admin", "imports/", {"kind": "people"}, "many.csv", f"邮箱,姓名,角色\n{rows}")
    job = api.post("unit_admin", f"imports/{run['uid']}/actions/store/", {}, saw=run["version"], status=202)
    api.post("unit_admin", f"jobs/{job['uid']}/actions/cancel/")
    again = api.post("unit_admin", f"jobs/{job['uid']}/actions/try_again/")
    run_waiting()
    api.get("unit_admin", f"jobs/{again['uid']}/")
    api.get("unit_admin", "jobs/?ordering=-asked_at")


def webhooks(api: Recorder, stage: Stage) -> None:
    with override_settings(WEBHOOK_HOSTS=frozenset({"localhost"})):
        made = api.post("unit_admin", "webhooks/", HOOK, status=201)
        path = f"webhooks/{made['uid']}/"
        changed = api.put("unit_admin", path, {**HOOK, "event_types": ["report.accept"]}, saw=made["version"])
        tested = api.post("unit_admin", f"{path}actions/test/", saw=changed["version"])
    api.get("unit_admin", path)
    api.get("unit_admin", "webhooks/?state=active&ordering=name")
    api.get("unit_admin", "webhook-events/")
    api.get("unit_admin", f"{path}deliveries/")
    delivery = Webhook.objects.get(uid=tested["uid"]).deliveries.get(event_type=TEST)
    api.get("unit_admin", f"webhook-deliveries/{delivery.uid}/")
    api.post("unit_admin", f"webhook-deliveries/{delivery.uid}/redeliver/")


def refusals(api: Recorder, stage: Stage) -> None:
    tokens = f"{PREFIX}tokens/"
    drafter = api.clients["luzhou_drafter"]
    api.get("luzhou_drafter", "reports/?state=finished&colour=red", status=400)
    api.refused(Client().get(f"{PREFIX}reports/", headers=ENGLISH))
    api.get("luzhou_drafter", "operations/", status=403)
    api.get("luzhou_drafter", f"reports/{uuid.UUID(int=0)}/", status=404)
    api.refused(drafter.post(tokens, "x" * (5 << 20), content_type="application/json", headers=ENGLISH))
    api.refused(drafter.post(tokens, "name=x", content_type="text/plain", headers=ENGLISH))
    api.post("luzhou_drafter", f"reports/{stage.report.uid}/actions/submit/", {}, status=428)
    with override_settings(API_READS_A_MINUTE=0):
        api.get("luzhou_drafter", "me/", status=429)
