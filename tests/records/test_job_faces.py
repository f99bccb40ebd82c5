"""Pages and API of long jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Actor
from accounts.models import Role, Scope
from portal.errors import RuleBroken
from records import jobs
from records.jobs import JobKind, Progress, kinds
from records.models import Job
from tests.conftest import Hire, SignIn

pytestmark = pytest.mark.django_db
NAME = "test-faces"


@pytest.fixture(autouse=True)
def kind() -> Any:
    def run(progress: Progress) -> Mapping[str, Any]:
        if progress.params.get("refuse"):
            raise RuleBroken("第三行不行。")
        return {"rows": 3}

    jobs.register(JobKind(NAME, "试验", "people.manage", run, words=lambda result: f"三行：{result['rows']}"))
    yield
    del kinds._kinds[NAME]


@pytest.fixture
def job(unit_admin: Actor) -> Job:
    return jobs.start(NAME, {}, label="名单甲", by=unit_admin, path="/imports/")


def test_the_page_tells_how_far_it_is_with_and_without_scripts(job: Job, unit_admin: Actor, signed_in: SignIn) -> None:
    client = signed_in(unit_admin)
    page = client.get(reverse("job", args=[job.uid])).content.decode()
    assert "data-follow" in page and "<noscript>" in page
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(claimed_at=now, beat_at=now, attempts=1, done=40, total=160)
    page = client.get(reverse("job", args=[job.uid])).content.decode()
    assert 'value="40" max="160"' in page.replace("\n", " ")
    assert "名单甲" in client.get(reverse("jobs"), {"state": "running"}).content.decode()
    assert "名单甲" not in client.get(reverse("jobs"), {"state": "done"}).content.decode()


def test_done_it_leads_to_its_outcome(job: Job, unit_admin: Actor, signed_in: SignIn) -> None:
    jobs.run_waiting()
    page = signed_in(unit_admin).get(reverse("job", args=[job.uid])).content.decode()
    assert "三行：3" in page and 'href="/imports/"' in page and "data-follow" not in page


def test_cancelled_and_tried_again_on_the_page(job: Job, unit_admin: Actor, signed_in: SignIn) -> None:
    client = signed_in(unit_admin)
    client.post(reverse("job-act", args=[job.uid, "cancel"]))
    job.refresh_from_db()
    assert job.cancelled_at
    late = client.post(reverse("job-act", args=[job.uid, "cancel"]), follow=True)
    assert late.redirect_chain[-1][0] == reverse("job", args=[job.uid])
    answer = client.post(reverse("job-act", args=[job.uid, "try_again"]))
    assert answer["Location"] == reverse("job", args=[Job.objects.get(again_of=job).uid])


def test_the_same_by_the_api(job: Job, unit_admin: Actor, signed_in: SignIn) -> None:
    client, path = signed_in(unit_admin), f"/api/v1/jobs/{job.uid}/"
    found = client.get(path).json()
    assert (found["state"], [act["name"] for act in found["actions"]]) == ("waiting", ["cancel"])
    done = client.post(f"{path}actions/cancel/", content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    late = client.post(f"{path}actions/cancel/", content_type="application/json")
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")
    again = client.post(f"{path}actions/try_again/", content_type="application/json").json()
    assert (again["again_of"], again["state"]) == (str(job.uid), "waiting")
    assert [row["uid"] for row in client.get("/api/v1/jobs/?ordering=asked_at").json()["results"]] == [
        str(job.uid), again["uid"]
    ]  # fmt: skip
    assert client.post(f"{path}actions/explode/", content_type="application/json").status_code == 404


def test_a_token_needs_the_scope_of_the_work(job: Job, unit_admin: Actor) -> None:
    from tests.test_access_matrix import token_of

    for scopes, status in (({Scope.READ}, 403), ({Scope.READ, Scope.IMPORTS}, 403), ({Scope.READ, Scope.PEOPLE}, 200)):
        client = Client(headers={"authorization": f"Bearer {token_of(unit_admin, scopes)[1]}"})
        answer = client.post(f"/api/v1/jobs/{job.uid}/actions/cancel/", content_type="application/json")
        assert answer.status_code == status


def test_a_colleague_finds_nothing(job: Job, hire: Hire, signed_in: SignIn) -> None:
    client = signed_in(hire("colleague.admin", "lgo-510500", Role.UNIT_ADMIN))
    assert client.get(reverse("job", args=[job.uid])).status_code == 404
    assert client.post(reverse("job-act", args=[job.uid, "cancel"])).status_code == 404
    assert client.get(f"/api/v1/jobs/{job.uid}/").status_code == 404
