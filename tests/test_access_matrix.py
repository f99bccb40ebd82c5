"""Every address × every role × where the role is held → the answer. An address that is not listed fails the test.

All rows are about Luzhou's office, its national report (returned once, so it has a sealed version, and can be
written and compiled), one of its people, and the accepted report of Sichuan. Each role is held in turn

    1 in Luzhou's office   2 in Sichuan (the receiver)   3 in NDRC (above)   4 in Guangdong (foreign)
    5 in Luzhou's office, for the other programme

and each row says, role by role, what these five are answered:

    o 200   r 302 to the page that follows   b 400   u 401   x 403: the role lacks the action   . 404: out of reach
    m 405   c 409   g 422

An address with a uid stands for the row named by the word before it: `people/unit/<uid>/` for `world["uids"]["unit"]`.

API tokens have no table: with every scope they are answered as the session is, but for what no token may do
(SESSION_ONLY, and every action without a scope); with `read` alone each write is refused; and without the scope of a
room's action, or of the act behind it (INNER), the room is closed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from accounts.access import ACTIONS, Actor
from accounts.models import ApiToken, Role, Scope, User
from accounts.tokens import fresh
from pilots.models import PilotArea
from records.models import ImportRun, Notice, OutboxMessage, Webhook, WebhookDelivery
from reporting.models import Cycle, Report, ReportVersion
from staff.models import HandOver
from tests.pilots.contact_cast import a_contact, a_group, a_member
from tests.reporting.round_cast import a_round, contact_report, send
from tests.steps import Three, lead_to

pytestmark = pytest.mark.django_db

Hire = Callable[..., Actor]
SignIn = Callable[[Actor], Client]
LETTERS = {200: "o", 302: "r", 400: "b", 401: "u", 403: "x", 404: ".", 405: "m", 409: "c", 422: "g"}
PLACES = (
    ("lgo-510500", "national"),
    ("drc-510000", "national"),
    ("ndrc", "national"),
    ("drc-440000", "national"),
    ("lgo-510500", "luzhou"),
)
ROLES = tuple(Role)

# Signing out stands last: it ends the session.
# Without signing in, then: drafter lead reviewer viewer clerk unit_admin auditor system_admin
TABLE = """
GET  healthz                                  o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  readyz                                   o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST set_language                             r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
GET  account_login                            o rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
POST account_login                            b rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
GET  account_logout                           r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_inactive                         o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_signup                           o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_change_password                  r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST account_change_password                  r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password                   o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password_done              o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password_from_key          o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  account_reset_password_from_key_done     o ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST hat                                      r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
GET  desk                                     r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  history                                  r ooooo ooooo ooooo ooooo xxxxx ooooo ooooo ooooo
GET  api-docs                                 r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api-operation                            r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  operations                               r xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx ooooo
GET  notices                                  r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST notices-read                             r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
POST notice-read                              r ..... ..... ..... ..... ..... ..... ..... .....
GET  staff:people                             r xxxxx xxxxx xxxxx xxxxx xxxxx ooooo ooooo ooooo
GET  staff:no-role                            r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
POST staff:demo-login                         . ..... ..... ..... ..... ..... ..... ..... .....
GET  staff:unit                               r xxxxx xxxxx xxxxx xxxxx xxxxx o...o ooooo ooooo
GET  staff:invite                             r xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
POST staff:invite                             r xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  staff:exemption-grant                    r xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
POST staff:exemption-grant                    r xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  staff:exemption-end                      r xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
POST staff:exemption-end                      r xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  staff:person                             r xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
GET  staff:person-hand-over                   r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-hand-over                   r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:handovers                          r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  staff:handover-mine                      r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  staff:handover                           r ..... ..... ..... ..... ..... o.... oooo. .....
GET  staff:handover-xlsx                      r ..... ..... ..... ..... ..... o.... oooo. .....
GET  staff:person-deactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-deactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:person-reactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-reactivate                  r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:person-phone                       r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:person-phone                       r xxxxx xxxxx xxxxx xxxxx xxxxx c.... xxxxx .....
POST staff:person-phone-reveal                r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
GET  staff:membership-move                    r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:membership-move                    r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  staff:membership-end                     r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST staff:membership-end                     r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  pilots:programmes                        r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  pilots:programme                         r oooo. oooo. oooo. oooo. oooo. oooo. oooo. ooooo
GET  pilots:pilots                            r ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  reporting:pilot                          r oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  pilots:contacts                          r ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  pilots:groups                            r ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  pilots:pilot-contacts                    r oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  pilots:group                             r oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  pilots:contact-change                    r oo... oo... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST pilots:contact-change                    r bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST pilots:contact-reveal                    r oo... oo... ooo.. xxxxx xxxxx xxxxx xxxxx xxxxx
GET  pilots:group-create                      r oo..o oo..o xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST pilots:group-create                      r bb..b bb..b xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  pilots:group-change                      r oo... oo... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST pilots:group-change                      r bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  pilots:member-add                        r oo... oo... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST pilots:member-add                        r bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  pilots:member-end                        r oo... oo... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST pilots:member-end                        r bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:contacts                             u ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  api:contact-gaps                         u ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  api:contact-form                         u ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  api:leading-groups                       u ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  api:contact                              u oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  api:contact-history                      u oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  api:leading-group                        u oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
PUT  api:contact                              u bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:contact-reveal                       u oo... oo... ooo.. xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:leading-groups                       u bbbbb bbbbb xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
PUT  api:leading-group                        u bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:group-members                        u bb... bb... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:group-member-end                     u oo... oo... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:reports                        r ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
GET  reporting:report                         r oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
GET  reporting:version                        r oo... oo... oo... oo... xxxxx xxxxx oooo. xxxxx
GET  reporting:edit                           r o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:edit                           r r.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:section                        r o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:act                            r or... rr... rrr.. rrr.. xxxxx xxxxx rrrr. xxxxx
POST reporting:act                            r r.... ..... ..... ..... xxxxx xxxxx ..... xxxxx
GET  reporting:compile                        r o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:compile                        r b.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:overview                       r ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
GET  reporting:open-cycle                     r xxxxx xxxxx ..o.o xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:open-cycle                     r xxxxx xxxxx ..b.b xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:open-contact-round             r xxxxx xxxxx ..o.o xxxxx xxxxx xxxxx xxxxx xxxxx
POST reporting:open-contact-round             r xxxxx xxxxx ..b.b xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:report-contacts                r .oo.. .oo.. .oo.. .oo.. xxxxx xxxxx oooo. xxxxx
POST reporting:report-contacts-in-full        r .oo.. .oo.. .oo.. xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:cycle-contacts                 r .ooo. .ooo. .ooo. .ooo. xxxxx xxxxx oooo. xxxxx
POST reporting:cycle-contacts-in-full         r .ooo. .ooo. .ooo. xxxxx xxxxx xxxxx xxxxx xxxxx
GET  reporting:copies                         r xxxxx xxxxx xxxxx xxxxx ooooo xxxxx xxxxx xxxxx
GET  reporting:copy                           r xxxxx xxxxx xxxxx xxxxx oooo. xxxxx xxxxx xxxxx
GET  api:schema                               u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:desk                                 u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:notices                              u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST api:notice-read                          u ..... ..... ..... ..... ..... ..... ..... .....
GET  api:events                               u ooooo ooooo ooooo ooooo xxxxx ooooo ooooo ooooo
GET  api:reports                              u ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
GET  api:report                               u oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
GET  api:report-events                        u oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
PUT  api:section                              u o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:act                                  u o.... ..... ..... ..... xxxxx xxxxx ..... xxxxx
GET  api:basis                                u o.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:basis                                u b.... xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:versions                             u oo... oo... ooo.. ooo.. xxxxx xxxxx oooo. xxxxx
GET  api:version                              u oo... oo... oo... oo... xxxxx xxxxx oooo. xxxxx
GET  api:copies                               u xxxxx xxxxx xxxxx xxxxx ooooo xxxxx xxxxx xxxxx
GET  api:copy                                 u xxxxx xxxxx xxxxx xxxxx oooo. xxxxx xxxxx xxxxx
GET  api:cycles                               u ooooo ooooo ooooo ooooo xxxxx xxxxx ooooo xxxxx
POST api:open-cycle                           u xxxxx xxxxx ..b.b xxxxx xxxxx xxxxx xxxxx xxxxx
POST api:open-contact-round                   u xxxxx xxxxx ..b.b xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:report-contacts                      u .oo.. .oo.. .oo.. .oo.. xxxxx xxxxx oooo. xxxxx
GET  api:report-contacts-book                 u .oo.. .oo.. .oo.. .oo.. xxxxx xxxxx oooo. xxxxx
POST api:report-contacts-in-full              u .oo.. .oo.. .oo.. xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:cycle-contacts-book                  u .ooo. .ooo. .ooo. .ooo. xxxxx xxxxx oooo. xxxxx
POST api:cycle-contacts-in-full               u .ooo. .ooo. .ooo. xxxxx xxxxx xxxxx xxxxx xxxxx
GET  api:overview                             u oooo. oooo. oooo. oooo. xxxxx xxxxx oooo. xxxxx
GET  api:holdings                             u xxxxx xxxxx xxxxx xxxxx xxxxx o.... ..... .....
POST api:hand-over                            u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  api:hand-overs                           u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:hand-over-pack                       u ..... ..... ..... ..... ..... o.... oooo. .....
GET  api:programmes                           u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:programme                            u oooo. oooo. oooo. oooo. oooo. oooo. oooo. ooooo
GET  api:pilots                               u ooooo ooooo ooooo ooooo ooooo ooooo ooooo xxxxx
GET  api:pilot                                u oooo. oooo. oooo. oooo. oooo. oooo. oooo. xxxxx
GET  api:divisions                            u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:units                                u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  tokens                                   r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  token-make                               r ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST token-make                               r bbbbb bbbbb bbbbb bbbbb bbbbb bbbbb bbbbb bbbbb
GET  token-revoke                             r ..... ..... ..... ..... ..... o.... ..... ooooo
POST token-revoke                             r ..... ..... ..... ..... ..... b.... ..... bbbbb
GET  api:me                                   u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
PUT  api:me-hat                               u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST api:notices-read                         u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
GET  api:tokens                               u ooooo ooooo ooooo ooooo ooooo ooooo ooooo ooooo
POST api:tokens                               u bbbbb bbbbb bbbbb bbbbb bbbbb bbbbb bbbbb bbbbb
POST api:token-revoke                         u ..... ..... ..... ..... ..... b.... ..... bbbbb
GET  api:unit-tokens                          u xxxxx xxxxx xxxxx xxxxx xxxxx o...o xxxxx ooooo
GET  api:staffed-units                        u xxxxx xxxxx xxxxx xxxxx xxxxx ooooo ooooo ooooo
GET  api:unit-staff                           u xxxxx xxxxx xxxxx xxxxx xxxxx o...o ooooo ooooo
GET  api:unit-people                          u xxxxx xxxxx xxxxx xxxxx xxxxx o...o ooooo ooooo
POST api:invite                               u xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
POST api:exemption-grant                      u xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
POST api:exemption-end                        u xxxxx xxxxx xxxxx xxxxx xxxxx b...b xxxxx bbbbb
GET  api:person                               u xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
GET  api:person-events                        u xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
POST api:person-deactivate                    u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
POST api:person-reactivate                    u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
PUT  api:person-phone                         u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
POST api:person-phone-reveal                  u xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx .....
POST api:membership-move                      u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
POST api:membership-end                       u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx .....
GET  api:operations                           u xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx xxxxx ooooo
GET  imports                                  r xxxxx xxxxx ooooo xxxxx xxxxx ooooo xxxxx ooooo
GET  import-new                               r xxxxx xxxxx xxxxx xxxxx xxxxx ooooo xxxxx ooooo
POST import-new                               r xxxxx xxxxx xxxxx xxxxx xxxxx bbbbb xxxxx bbbbb
GET  import-template                          r xxxxx xxxxx xxxxx xxxxx xxxxx ooooo xxxxx ooooo
GET  import                                   r xxxxx xxxxx ..... xxxxx xxxxx o.... xxxxx ooooo
GET  import-columns                           r xxxxx xxxxx ..... xxxxx xxxxx o.... xxxxx ooooo
POST import-columns                           r xxxxx xxxxx ..... xxxxx xxxxx b.... xxxxx bbbbb
POST import-answers                           r xxxxx xxxxx ..... xxxxx xxxxx c.... xxxxx ccccc
GET  import-faults                            r xxxxx xxxxx ..... xxxxx xxxxx o.... xxxxx ooooo
GET  import-act                               r xxxxx xxxxx ..... xxxxx xxxxx o.... xxxxx ooooo
POST import-act                               r xxxxx xxxxx ..... xxxxx xxxxx c.... xxxxx ccccc
GET  api:import-kinds                         u xxxxx xxxxx ooooo xxxxx xxxxx ooooo xxxxx ooooo
GET  api:imports                              u xxxxx xxxxx ooooo xxxxx xxxxx ooooo xxxxx ooooo
POST api:imports                              u xxxxx xxxxx bbbbb xxxxx xxxxx bbbbb xxxxx bbbbb
GET  api:import                               u xxxxx xxxxx ..... xxxxx xxxxx o.... xxxxx ooooo
GET  api:import-rows                          u xxxxx xxxxx ..... xxxxx xxxxx o.... xxxxx ooooo
PUT  api:import-mapping                       u xxxxx xxxxx ..... xxxxx xxxxx b.... xxxxx bbbbb
POST api:import-answers                       u xxxxx xxxxx ..... xxxxx xxxxx b.... xxxxx bbbbb
POST api:import-act                           u xxxxx xxxxx ..... xxxxx xxxxx c.... xxxxx ccccc
GET  webhooks                                 r xxxxx xxxxx xxxxx xxxxx xxxxx ooooo ooooo ooooo
GET  webhook-new                              r xxxxx xxxxx xxxxx xxxxx xxxxx ooooo xxxxx xxxxx
POST webhook-new                              r xxxxx xxxxx xxxxx xxxxx xxxxx bbbbb xxxxx xxxxx
GET  webhook                                  r xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
GET  webhook-edit                             r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx xxxxx
POST webhook-edit                             r xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx xxxxx
GET  webhook-act                              r xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx xxxxx
POST webhook-act                              r xxxxx xxxxx xxxxx xxxxx xxxxx c.... xxxxx xxxxx
GET  webhook-delivery                         r xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
POST webhook-redeliver                        r xxxxx xxxxx xxxxx xxxxx xxxxx r.... xxxxx xxxxx
GET  api:webhooks                             u xxxxx xxxxx xxxxx xxxxx xxxxx ooooo ooooo ooooo
POST api:webhooks                             u xxxxx xxxxx xxxxx xxxxx xxxxx bbbbb xxxxx xxxxx
GET  api:webhook                              u xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
PUT  api:webhook                              u xxxxx xxxxx xxxxx xxxxx xxxxx b.... xxxxx xxxxx
POST api:webhook-act                          u xxxxx xxxxx xxxxx xxxxx xxxxx c.... xxxxx xxxxx
GET  api:webhook-deliveries                   u xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
GET  api:webhook-delivery                     u xxxxx xxxxx xxxxx xxxxx xxxxx o.... oooo. ooooo
POST api:webhook-redeliver                    u xxxxx xxxxx xxxxx xxxxx xxxxx o.... xxxxx xxxxx
GET  api:webhook-events                       u xxxxx xxxxx xxxxx xxxxx xxxxx ooooo ooooo ooooo
POST account_logout                           r rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr rrrrr
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
API_ROWS = [row for row in ROWS if row[1].startswith("api:")]

SESSION_ONLY = {"api:me-hat"}
"""Rooms whose action tokens have, but not for writing: what they change belongs to the session."""

INNER = {
    ("POST", "api:act"): Scope.REPORTS,
    ("POST", "api:webhooks"): Scope.WEBHOOKS,
    ("PUT", "api:webhook"): Scope.WEBHOOKS,
    ("PUT", "api:contact"): Scope.CONTACTS,
    ("POST", "api:leading-groups"): Scope.CONTACTS,
    ("PUT", "api:leading-group"): Scope.CONTACTS,
}
"""Rooms under an action for looking, behind which the act itself (here: sending for signing) needs another scope."""


@pytest.fixture
def returned(
    luzhou_cycle: Cycle, luzhou_report: Report, luzhou_drafter: Actor, luzhou_lead: Actor, sichuan_reviewer: Actor
) -> Report:
    lead_to(luzhou_report, "returned", Three(luzhou_drafter, luzhou_lead, sichuan_reviewer))
    return Report.objects.for_lists().get(pk=luzhou_report.pk)


@pytest.fixture
def accepted(
    sichuan_report: Report, sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor
) -> ReportVersion:
    lead_to(sichuan_report, "accepted", Three(sichuan_drafter, sichuan_lead, ndrc_reviewer))
    return sichuan_report.versions.get()


@pytest.fixture
def contacts_sent(returned: Report, sichuan_drafter: Actor, sichuan_lead: Actor, ndrc_reviewer: Actor) -> Report:
    """What Sichuan has sent in a round of contacts."""
    report = contact_report(a_round(returned.due.cycle.programme))
    return send(report, "accepted", Three(sichuan_drafter, sichuan_lead, ndrc_reviewer))


@pytest.fixture
def notice(luzhou_drafter: Actor) -> Notice:
    user, programme = luzhou_drafter.user, luzhou_drafter.programme
    row = OutboxMessage.objects.create(channel="notice", topic="report.returned", recipient=user, programme=programme)
    found: Notice = Notice.objects.create(message=row, user=user, topic=row.topic, created_at=row.created_at)
    return found


@pytest.fixture
def world(
    returned: Report, accepted: ReportVersion, notice: Notice, luzhou_drafter: Actor, contacts_sent: Report
) -> dict[str, Any]:
    """The values that stand in addresses, by the room they are in."""
    due, reader = returned.due, luzhou_drafter
    User.objects.filter(pk=reader.user.pk).update(phone="0830-1234567")
    assert due.pilot_area
    uids = {
        "unit": due.unit.uid,
        "units": due.unit.uid,
        "person": reader.user.uid,
        "people": reader.user.uid,
        "handover": handed_over(returned, reader).uid,
        "hand-overs": HandOver.objects.get().uid,
        "membership": reader.hat.uid,
        "memberships": reader.hat.uid,
        "tokens": token_of(reader, Scope)[0].uid,
        "notices": notice.uid,
        "webhooks": delivery_of(reader).webhook.uid,
        "webhook-deliveries": WebhookDelivery.objects.get().uid,
        "copies": accepted.uid,
        "pilots": due.pilot_area.uid,
        **who_answers(due.pilot_area, reader),
        "cycles": due.cycle.uid,
        "reports": returned.uid,
        **{name: contacts_sent.uid for name in PATTERNS if ":report-contacts" in name},
        **{name: contacts_sent.due.cycle.uid for name in PATTERNS if ":cycle-contacts" in name},
        "imports": a_list_of_people(reader).uid,
    }
    return {"report": returned, "reader": reader, "uids": uids}


def a_list_of_people(by: Actor) -> ImportRun:
    """Brought in at Luzhou's office, checked: for whoever manages its people, and not for reviewers."""
    found: ImportRun = ImportRun.objects.create(
        kind="people", programme=by.programme, unit=by.unit, started_by=by.user, file_name="a.csv", size=1,
        file_format="csv", heading_row=1, rows=[], language="zh-hans", kept_until=timezone.now() + dt.timedelta(days=7),
        counts={"rows": 1, "new": 1, "changed": 0, "same": 0, "faults": 0, "remarks": 0},
    )  # fmt: skip
    return found


def who_answers(pilot: PilotArea, by: Actor) -> dict[str, Any]:
    """A liaison, and a leading group with a head."""
    a_contact(by, pilot)
    group = a_group(by)
    member = a_member(by, group)
    return {
        "groups": group.uid,
        "leading-groups": group.uid,
        "group-members": member.uid,
        "offices": pilot.reporting_unit.uid,
    }


def handed_over(report: Report, reader: Actor) -> HandOver:
    """Somebody's work at Luzhou's office, given to the reader by an administrator who has left."""
    leaver, admin = (User.objects.create_user(f"{name}@test.example", name) for name in ("leaver", "gone.admin"))
    pack = {"on": "2026-06-01", "names": {"programmes": {}}, "items": [], "warned": []}
    found: HandOver = HandOver.objects.create(
        unit=report.due.unit, programme=report.due.cycle.programme, person=leaver, successor=reader.user,
        done_by=admin, note="N", pack=pack,
    )  # fmt: skip
    return found


def delivery_of(reader: Actor) -> WebhookDelivery:
    """What waits to be sent to a webhook of the reader's office."""
    assert reader.programme
    hook = Webhook.objects.create(
        unit=reader.unit, programme=reader.programme, name="OA", url="https://hook.example/", secret="whsec_AA==",
        event_types=["report.submit"], watermark=0, created_by=reader.user,
    )  # fmt: skip
    found: WebhookDelivery = WebhookDelivery.objects.create(webhook=hook, event_type="webhook.test", body="{}")
    return found


def token_of(actor: Actor, scopes: Iterable[Scope]) -> tuple[ApiToken, str]:
    """A token of the actor's hat, whatever the hat can do, and its text. Used just now, so using it writes nothing."""
    made = fresh()
    now = timezone.now()
    row: ApiToken = ApiToken.objects.create(
        hat=actor.hat, name="Matrix", scopes=list(scopes), prefix=made.prefix, secret_sha256=made.secret_sha256,
        expires_at=now + dt.timedelta(days=1), last_used_at=now,
    )  # fmt: skip
    return row, made.text


def addresses(resolver: URLResolver, namespace: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """Every name with its pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner, before + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", before + str(entry.pattern)


PATTERNS = dict(addresses(get_resolver()))
NAMES = {"api-operation": "reports_list"}
ROW_OF_UID = re.compile(r"([a-z-]+)/<uuid:uid>")


def address(name: str, world: Mapping[str, Any]) -> str:
    pattern = PATTERNS[name]
    room = ROW_OF_UID.search(pattern)
    values = {
        "uid": world["uids"].get(name, world["uids"].get(room[1]) if room else None),
        "code": "national" if "programme" in name else "progress",
        "name": NAMES.get(name, "pause" if "webhook" in name else "store" if "import" in name else "send_for_signing"),
        "what": "people",
        "form": "csv",
        "number": 1,
        "kind": "liaison",
        "uidb36": "1",
        "key": "set-password",
    }
    return reverse(name, kwargs={key: value for key, value in values.items() if f"{key}>" in pattern})


def ask(client: Client, method: str, name: str, world: Mapping[str, Any], actor: Actor | None) -> int:
    """The status of one request; what it changed is taken back."""
    url, api = address(name, world), name.startswith("api:")
    body: dict[str, Any] = {"version": world["report"].version, "comment": "A reason"}
    if name.endswith("section"):
        body |= {"html": "<p>Neu</p>", "revision": 1}
    if name in {"hat", "api:me-hat"} and actor:
        body["membership"] = str(actor.hat.uid)
    how: dict[str, Any] = (
        {"content_type": "application/json"} if api and method != "GET" and name != "api:imports" else {}
    )
    if api and method in {"PUT", "POST"}:
        how["headers"] = {"if-match": f'"{body.get("revision", body["version"])}"', "idempotency-key": "key-1"}
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method.lower())(url, body if method != "GET" else None, **how)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_address_is_listed_and_every_listed_address_exists() -> None:
    assert {row[1] for row in ROWS} == set(PATTERNS)


def test_no_address_is_without_a_name() -> None:
    assert not [pattern for name, pattern in addresses(get_resolver()) if name.endswith("None")]


def test_without_signing_in(world: dict[str, Any]) -> None:
    found = {(method, name): LETTERS[ask(Client(), method, name, world, None)] for method, name, *_ in ROWS}
    assert found == {(method, name): anonymous for method, name, anonymous, *_ in ROWS}


@pytest.mark.parametrize("role", ROLES)
def test_signed_in(role: Role, world: dict[str, Any], hire: Hire, signed_in: SignIn) -> None:
    found: dict[tuple[str, str], str] = {(method, name): "" for method, name, *_ in ROWS}
    for number, (unit, programme) in enumerate(PLACES):
        actor = hire(f"matrix.{role}.{number}", unit, role, None if role == Role.SYSTEM_ADMIN else programme)
        client = signed_in(actor)
        for method, name, *_ in ROWS:
            found[method, name] += LETTERS[ask(client, method, name, world, actor)]
    column = 3 + ROLES.index(role)
    assert found == {(row[0], row[1]): row[column] for row in ROWS}


def test_what_is_one_s_own_notice(world: dict[str, Any], signed_in: SignIn) -> None:
    reader = world["reader"]
    assert ask(signed_in(reader), "POST", "notice-read", world, reader) == 302
    assert ask(signed_in(reader), "POST", "api:notice-read", world, reader) == 200


def action_of(name: str, world: Mapping[str, Any]) -> str:
    """The action under which a room of the API stands."""
    view: Any = resolve(address(name, world)).func
    action: str = view.cls.action_needed
    return action


def no_token(name: str, world: Mapping[str, Any]) -> bool:
    return name in SESSION_ONLY or ACTIONS[action_of(name, world)].scope is None


def ask_by_token(text: str, method: str, name: str, world: Mapping[str, Any], actor: Actor) -> str:
    client = Client(headers={"authorization": f"Bearer {text}"}, enforce_csrf_checks=True)
    letter = LETTERS[ask(client, method, name, world, actor)]
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    return letter


@pytest.mark.parametrize("role", ROLES)
def test_a_token_with_every_scope_is_answered_as_its_owner(role: Role, world: dict[str, Any], hire: Hire) -> None:
    """At Luzhou's office and at its receiver: where a role is held is the same question for sessions and tokens."""
    found: dict[tuple[str, str], str] = {(row[0], row[1]): "" for row in API_ROWS}
    for number, (unit, programme) in enumerate(PLACES[:2]):
        actor = hire(f"token.{role}.{number}", unit, role, None if role == Role.SYSTEM_ADMIN else programme)
        _row, text = token_of(actor, Scope)
        for method, name, *_ in API_ROWS:
            found[method, name] += ask_by_token(text, method, name, world, actor)
    column = 3 + ROLES.index(role)
    expected = {(row[0], row[1]): "xx" if no_token(row[1], world) else row[column][:2] for row in API_ROWS}
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_a_token_opens_nothing_beyond_its_scopes(role: Role, world: dict[str, Any], hire: Hire) -> None:
    """At Luzhou's office, where each role finds the most: with `read` alone, and with all scopes but the one needed."""
    actor = hire(f"token.{role}", *PLACES[0][:1], role, None if role == Role.SYSTEM_ADMIN else PLACES[0][1])
    _row, reading = token_of(actor, [Scope.READ])
    lacking = {scope: token_of(actor, set(Scope) - {scope})[1] for scope in Scope}
    column = 3 + ROLES.index(role)
    for method, name, *letters in API_ROWS:
        needed = INNER.get((method, name), ACTIONS[action_of(name, world)].scope)
        expected = letters[column - 2][0] if method == "GET" and needed is Scope.READ else "x"
        assert ask_by_token(reading, method, name, world, actor) == expected, (method, name)
        if needed is not None:
            assert ask_by_token(lacking[needed], method, name, world, actor) == "x", (method, name)
