"""Addresses of the pages about programmes, pilot areas, who answers for them, and leading groups."""

from django.urls import path

from pilots.views import PilotsView, ProgrammesView, ProgrammeView
from pilots.views.contacts import ContactChangeView, ContactRevealView, ContactsView, PilotContactsView
from pilots.views.documents import (
    ClauseAddView,
    ClauseChangeView,
    DocumentChangeView,
    DocumentEnterView,
    DocumentsView,
)
from pilots.views.groups import (
    GroupChangeView,
    GroupCreateView,
    GroupsView,
    GroupView,
    MemberAddView,
    MemberEndView,
)

app_name = "pilots"
urlpatterns = [
    path("programmes/", ProgrammesView.as_view(), name="programmes"),
    path("programmes/<slug:code>/", ProgrammeView.as_view(), name="programme"),
    path("pilots/", PilotsView.as_view(), name="pilots"),
    path("pilots/<uuid:uid>/contacts/", PilotContactsView.as_view(), name="pilot-contacts"),
    path("pilots/<uuid:uid>/contacts/<slug:kind>/", ContactChangeView.as_view(), name="contact-change"),
    path("pilots/<uuid:uid>/contacts/<slug:kind>/reveal/", ContactRevealView.as_view(), name="contact-reveal"),
    path("contacts/", ContactsView.as_view(), name="contacts"),
    path("contacts/groups/", GroupsView.as_view(), name="groups"),
    path("contacts/offices/<uuid:uid>/group/", GroupCreateView.as_view(), name="group-create"),
    path("contacts/groups/<uuid:uid>/", GroupView.as_view(), name="group"),
    path("contacts/groups/<uuid:uid>/change/", GroupChangeView.as_view(), name="group-change"),
    path("contacts/groups/<uuid:uid>/add/", MemberAddView.as_view(), name="member-add"),
    path("contacts/group-members/<uuid:uid>/end/", MemberEndView.as_view(), name="member-end"),
    path("documents/", DocumentsView.as_view(), name="documents"),
    path("documents/enter/", DocumentEnterView.as_view(), name="document-enter"),
    path("documents/<uuid:uid>/change/", DocumentChangeView.as_view(), name="document-change"),
    path("documents/<uuid:uid>/clauses/add/", ClauseAddView.as_view(), name="clause-add"),
    path("documents/clauses/<uuid:uid>/change/", ClauseChangeView.as_view(), name="clause-change"),
]
