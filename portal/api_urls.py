"""Addresses of the API, version 1."""

from django.urls import path

from pilots.api import areas as pilots
from pilots.api import contacts as pilot_contacts
from pilots.api import groups as pilot_groups
from portal.api_views import SchemaView
from records import api as records
from records.api import imports, webhooks
from reporting.api import contacts as rounds
from reporting.api import cycles, reports, versions, writing
from staff.api import handing_over, me, operations, people, tokens
from staff.api import units as staff_units

app_name = "api"
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("desk/", cycles.DeskView.as_view(), name="desk"),
    path("notices/", records.NoticeList.as_view(), name="notices"),
    path("notices/read/", records.NoticesRead.as_view(), name="notices-read"),
    path("notices/<uuid:uid>/read/", records.NoticeRead.as_view(), name="notice-read"),
    path("events/", records.EventList.as_view(), name="events"),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/<uuid:uid>/", reports.ReportRoom.as_view(), name="report"),
    path("reports/<uuid:uid>/events/", reports.ReportEvents.as_view(), name="report-events"),
    path("reports/<uuid:uid>/sections/<slug:code>/", writing.SectionRoom.as_view(), name="section"),
    path("reports/<uuid:uid>/actions/<slug:name>/", writing.ActRoom.as_view(), name="act"),
    path("reports/<uuid:uid>/basis/", writing.BasisRoom.as_view(), name="basis"),
    path("reports/<uuid:uid>/contacts/", rounds.ReportContacts.as_view(), name="report-contacts"),
    path("reports/<uuid:uid>/contacts.xlsx", rounds.ReportContactsBook.as_view(), name="report-contacts-book"),
    path(
        "reports/<uuid:uid>/contacts-in-full.xlsx",
        rounds.ReportContactsBookInFull.as_view(),
        name="report-contacts-in-full",
    ),
    path("reports/<uuid:uid>/versions/", versions.VersionList.as_view(), name="versions"),
    path("reports/<uuid:uid>/versions/<int:number>/", versions.VersionRoom.as_view(), name="version"),
    path("import-kinds/", imports.ImportKindList.as_view(), name="import-kinds"),
    path("imports/", imports.ImportList.as_view(), name="imports"),
    path("imports/<uuid:uid>/", imports.ImportRoom.as_view(), name="import"),
    path("imports/<uuid:uid>/rows/", imports.ImportRows.as_view(), name="import-rows"),
    path("imports/<uuid:uid>/mapping/", imports.ImportMappingRoom.as_view(), name="import-mapping"),
    path("imports/<uuid:uid>/answers/", imports.ImportAnswersRoom.as_view(), name="import-answers"),
    path("imports/<uuid:uid>/actions/<slug:name>/", imports.ImportActRoom.as_view(), name="import-act"),
    path("webhooks/", webhooks.WebhookList.as_view(), name="webhooks"),
    path("webhooks/<uuid:uid>/", webhooks.WebhookRoom.as_view(), name="webhook"),
    path("webhooks/<uuid:uid>/actions/<slug:name>/", webhooks.WebhookActRoom.as_view(), name="webhook-act"),
    path("webhooks/<uuid:uid>/deliveries/", webhooks.DeliveryList.as_view(), name="webhook-deliveries"),
    path("webhook-deliveries/<uuid:uid>/", webhooks.DeliveryRoom.as_view(), name="webhook-delivery"),
    path("webhook-deliveries/<uuid:uid>/redeliver/", webhooks.RedeliverRoom.as_view(), name="webhook-redeliver"),
    path("webhook-events/", webhooks.EventTypeList.as_view(), name="webhook-events"),
    path("copies/", versions.CopyList.as_view(), name="copies"),
    path("copies/<uuid:uid>/", versions.CopyRoom.as_view(), name="copy"),
    path("cycles/", cycles.CycleList.as_view(), name="cycles"),
    path("cycles/open/", cycles.CycleOpening.as_view(), name="open-cycle"),
    path("contact-rounds/open/", rounds.ContactRoundOpening.as_view(), name="open-contact-round"),
    path("cycles/<uuid:uid>/contacts.xlsx", rounds.CycleContactsBook.as_view(), name="cycle-contacts-book"),
    path(
        "cycles/<uuid:uid>/contacts-in-full.xlsx",
        rounds.CycleContactsBookInFull.as_view(),
        name="cycle-contacts-in-full",
    ),
    path("cycles/<uuid:uid>/overview/", cycles.OverviewRoom.as_view(), name="overview"),
    path("programmes/", pilots.ProgrammeList.as_view(), name="programmes"),
    path("programmes/<slug:code>/", pilots.ProgrammeRoom.as_view(), name="programme"),
    path("pilots/", pilots.PilotList.as_view(), name="pilots"),
    path("pilots/<uuid:uid>/", pilots.PilotRoom.as_view(), name="pilot"),
    path("pilots/<uuid:uid>/contacts/history/", pilot_contacts.ContactHistory.as_view(), name="contact-history"),
    path("pilots/<uuid:uid>/contacts/<slug:kind>/", pilot_contacts.ContactRoom.as_view(), name="contact"),
    path(
        "pilots/<uuid:uid>/contacts/<slug:kind>/reveal/",
        pilot_contacts.ContactReveal.as_view(),
        name="contact-reveal",
    ),
    path("contacts/", pilot_contacts.ContactList.as_view(), name="contacts"),
    path("contact-gaps/", pilot_contacts.GapList.as_view(), name="contact-gaps"),
    path("contact-form/", pilot_contacts.FormRoom.as_view(), name="contact-form"),
    path("leading-groups/", pilot_groups.GroupList.as_view(), name="leading-groups"),
    path("leading-groups/<uuid:uid>/", pilot_groups.GroupRoom.as_view(), name="leading-group"),
    path("leading-groups/<uuid:uid>/members/", pilot_groups.MemberList.as_view(), name="group-members"),
    path("group-members/<uuid:uid>/end/", pilot_groups.MemberEnd.as_view(), name="group-member-end"),
    path("divisions/", pilots.DivisionList.as_view(), name="divisions"),
    path("units/", pilots.UnitList.as_view(), name="units"),
    path("me/", me.MeRoom.as_view(), name="me"),
    path("me/hat/", me.MyHat.as_view(), name="me-hat"),
    path("tokens/", tokens.TokenList.as_view(), name="tokens"),
    path("tokens/<uuid:uid>/revoke/", tokens.TokenRevocation.as_view(), name="token-revoke"),
    path("people/units/", staff_units.StaffedUnitList.as_view(), name="staffed-units"),
    path("units/<uuid:uid>/staff/", staff_units.UnitStaffRoom.as_view(), name="unit-staff"),
    path("units/<uuid:uid>/people/", staff_units.UnitPeopleList.as_view(), name="unit-people"),
    path("units/<uuid:uid>/invitations/", staff_units.UnitInvitations.as_view(), name="invite"),
    path("units/<uuid:uid>/exemption/", staff_units.UnitExemption.as_view(), name="exemption-grant"),
    path("units/<uuid:uid>/exemption/end/", staff_units.UnitExemptionEnd.as_view(), name="exemption-end"),
    path("units/<uuid:uid>/tokens/", tokens.UnitTokenList.as_view(), name="unit-tokens"),
    path("people/<uuid:uid>/", people.PersonRoom.as_view(), name="person"),
    path("people/<uuid:uid>/events/", people.PersonEvents.as_view(), name="person-events"),
    path("people/<uuid:uid>/deactivate/", people.PersonDeactivation.as_view(), name="person-deactivate"),
    path("people/<uuid:uid>/reactivate/", people.PersonReactivation.as_view(), name="person-reactivate"),
    path("people/<uuid:uid>/phone/", people.PersonPhone.as_view(), name="person-phone"),
    path("people/<uuid:uid>/phone/reveal/", people.PersonPhoneReveal.as_view(), name="person-phone-reveal"),
    path("memberships/<uuid:uid>/move/", people.MembershipMove.as_view(), name="membership-move"),
    path("memberships/<uuid:uid>/end/", people.MembershipEnd.as_view(), name="membership-end"),
    path("operations/", operations.OperationsRoom.as_view(), name="operations"),
    path("people/<uuid:uid>/holdings/", handing_over.HoldingsRoom.as_view(), name="holdings"),
    path("people/<uuid:uid>/hand-over/", handing_over.HandOverAct.as_view(), name="hand-over"),
    path("hand-overs/", handing_over.HandOverList.as_view(), name="hand-overs"),
    path("hand-overs/<uuid:uid>/", handing_over.HandOverRoom.as_view(), name="hand-over-pack"),
]
