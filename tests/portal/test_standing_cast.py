"""The fixtures themselves: the cast can carry a report through, and reference data outlive a test that commits."""

from __future__ import annotations

import pytest

from accounts.access import Actor
from pilots.models import Route
from portal.http import HAT_KEY
from reporting.models import Report
from tests.conftest import Advance, SignIn, Write
from units.models import Division


@pytest.mark.django_db
def test_the_cast_carries_a_report_to_the_province(
    luzhou_report: Report,
    luzhou_drafter: Actor,
    luzhou_lead: Actor,
    sichuan_reviewer: Actor,
    write_all_sections: Write,
    advance: Advance,
) -> None:
    write_all_sections(luzhou_report, luzhou_drafter)
    report = advance(
        luzhou_report,
        ("send_for_signing", luzhou_drafter),
        ("sign", luzhou_lead),
        ("submit", luzhou_drafter),
        ("receive", sichuan_reviewer),
        ("accept", sichuan_reviewer),
    )
    assert report.status == "accepted"


@pytest.mark.django_db
def test_signing_in_wears_the_hat(luzhou_lead: Actor, signed_in: SignIn) -> None:
    assert signed_in(luzhou_lead).session[HAT_KEY] == luzhou_lead.hat.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", [1, 2])
def test_reference_data_are_there_again_after_a_test_that_commits(round_number: int) -> None:
    assert Division.objects.count() > 3000
    assert Route.objects.filter(capacity="compiler", programme__code="national").count() == 37
