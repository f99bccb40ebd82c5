"""Long lists are stored and undone by a job; short ones at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import Actor
from portal.errors import WrongState
from records import jobs
from records.importing import services
from records.importing.services import ListInput
from records.importing.workflow import AT_ONCE, acts_for
from records.models import ImportRun, Job, JobState
from records.workflow import Request
from tests.conftest import SignIn
from tests.records.lists import csv_of, many
from units.models import Division

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture
def run(ndrc_reviewer: Actor) -> ImportRun:
    return services.start(ListInput("places-test", "虚构名单.csv", csv_of(many(AT_ONCE + 1))), by=ndrc_reviewer)


def made() -> int:
    return Division.objects.filter(key__startswith="test-place-").count()


def ask(client: Client, run: ImportRun, name: str) -> Any:
    version = ImportRun.objects.get(pk=run.pk).version
    url = reverse("api:import-act", args=[run.uid, name])
    return client.post(url, {}, content_type="application/json", headers={"If-Match": f'"{version}"'})


def test_a_long_list_is_stored_and_undone_by_jobs(run: ImportRun, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    answer = ask(client, run, "store")
    assert (answer.status_code, answer.json()["state"], made()) == (202, "waiting", 0)
    assert jobs.run_waiting() == 1
    job = Job.objects.get()
    assert (job.state, job.result["rows"], job.total, made()) == (JobState.DONE, AT_ONCE + 1, AT_ONCE + 1, AT_ONCE + 1)
    assert str(AT_ONCE + 1) in client.get(reverse("job", args=[job.uid])).content.decode()
    assert ask(client, run, "undo").status_code == 202
    jobs.run_waiting()
    run.refresh_from_db()
    assert (run.status, made()) == ("undone", 0)


def test_on_the_page_it_leads_to_the_job(run: ImportRun, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    answer = client.post(reverse("import-act", args=[run.uid, "store"]), {"version": run.version})
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.uid])
    page = client.get(reverse("import", args=[run.uid])).content.decode()
    assert reverse("job", args=[job.uid]) in page and 'id="act-store"' not in page


def test_nothing_else_happens_to_it_meanwhile(run: ImportRun, ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    client = signed_in(ndrc_reviewer)
    ask(client, run, "store")
    assert acts_for(run, ndrc_reviewer) == []
    assert (ask(client, run, "store").status_code, ask(client, run, "discard").status_code) == (409, 409)
    with pytest.raises(WrongState):
        services.answer(run.uid, [], expected_version=run.version, by=ndrc_reviewer)
    jobs.cancel(Job.objects.get(), ndrc_reviewer)
    assert [act.name for act in acts_for(run, ndrc_reviewer)] == ["store", "discard"]
    assert services.perform(run, Request("discard"), by=ndrc_reviewer).status == "discarded"


def test_what_would_do_something_else_now_is_shown_anew(
    run: ImportRun, ndrc_reviewer: Actor, signed_in: SignIn
) -> None:
    ask(signed_in(ndrc_reviewer), run, "store")
    Division.objects.create(key="test-place-900000", level="township", name_now="别的", is_fictitious=True)
    jobs.run_waiting()
    job = Job.objects.get()
    assert (job.state, made()) == (JobState.FAILED, 1) and job.error
    run.refresh_from_db()
    assert (run.status, run.counts["changed"]) == ("checked", 1)


def test_a_list_that_cannot_be_stored_is_refused_at_once(ndrc_reviewer: Actor, signed_in: SignIn) -> None:
    rows = [*many(AT_ONCE), ["", "900999", ""]]
    bad = services.start(ListInput("places-test", "虚构.csv", csv_of(rows)), by=ndrc_reviewer)
    assert ask(signed_in(ndrc_reviewer), bad, "store").status_code == 422
    assert not Job.objects.exists()
