"""The lists of people, made known to the engine when the app is ready."""

from __future__ import annotations

from records.importing.kinds import register
from staff.importing.memberships import MembershipList
from staff.importing.people import PeopleList

for kind in (PeopleList(), MembershipList()):
    register(kind)
