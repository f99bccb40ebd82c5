"""Two people at the same moment: one contact, one head, one leading group."""

from __future__ import annotations

import pytest

from accounts.models import Role
from pilots.models import Contact, GroupMember, LeadingGroup
from portal.errors import PortalError
from records.models import Event
from tests.conftest import Hire
from tests.pilots.contact_cast import a_contact, a_group, a_member, pilot_of
from tests.staff.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def test_two_changes_of_one_contact_at_once(transactional_db: None, hire: Hire) -> None:
    drafter, above = hire("drafter", "lgo-510500", Role.DRAFTER), hire("above", "drc-510000", Role.DRAFTER)
    luzhou = pilot_of("lgo-510500")
    outcomes = at_once(
        *(
            lambda by=by, name=name: a_contact(by, luzhou, name=name)
            for by, name in ((drafter, "甲（虚构）"), (above, "乙（虚构）"), (drafter, "丙（虚构）"))
        )
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, PortalError)]
    assert [error.code for error in refused] == ["stale", "stale"]
    assert Contact.objects.count() == Event.objects.filter(act="contact.change").count() == 1


def test_two_groups_and_two_heads_at_once(transactional_db: None, hire: Hire) -> None:
    drafter, above = hire("drafter", "lgo-510500", Role.DRAFTER), hire("above", "drc-510000", Role.DRAFTER)
    outcomes = at_once(lambda: a_group(drafter), lambda: a_group(drafter))
    assert sum(isinstance(outcome, PortalError) for outcome in outcomes) == 1
    group = LeadingGroup.objects.get()
    outcomes = at_once(lambda: a_member(drafter, group), lambda: a_member(above, group, name="另一人（虚构）"))
    assert sum(isinstance(outcome, PortalError) for outcome in outcomes) == 1
    assert GroupMember.objects.current().filter(rank="head").count() == 1
    group.refresh_from_db()
    assert group.version == 2
