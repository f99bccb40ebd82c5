"""Leading groups: the offices that should have one, one group, and its changes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from pilots import groups
from pilots.filters import OfficeFilter
from pilots.forms import EndMemberForm, GroupForm, MemberForm
from pilots.models import GroupMember, LeadingGroup
from pilots.services.groups import (
    EndMemberInput,
    GroupFactsInput,
    GroupInput,
    MemberInput,
    add_member,
    change_group,
    create_group,
    end_member,
)
from pilots.views.base import PilotActPage
from pilots.views.contacts import tabs
from portal.errors import Stale
from portal.http import PortalView, listed
from units.models import Unit

PAGE = 25


class GroupsView(PortalView):
    """The offices of the programme that should have a leading group, each with it or with the gap."""

    action = "contacts.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        programme = self.actor.programme
        offices = groups.offices(programme)
        found = listed(OfficeFilter(request.GET, queryset=offices, programme=programme), request, PAGE)
        units = list(found.page.object_list)
        seats = groups.group_seats(units, programme.pk if programme else 0, self.actor)
        result = ngettext("%(count)d office", "%(count)d offices", found.count) % {"count": found.count}
        context = {
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [seats[unit.pk] for unit in units],
            "result": result if found.is_valid else "",
            "tabs": tabs("groups"),
        }
        return render(request, "pilots/groups.html", context, status=found.status)


def group_url(group: LeadingGroup) -> str:
    return reverse("pilots:group", args=[group.uid])


def trail(group: LeadingGroup) -> list[tuple[str, Any]]:
    return [(reverse("pilots:groups"), _("Leading groups")), (group_url(group), group.name)]


class GroupView(PortalView):
    action = "contacts.view"

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        group = groups.group_or_404(uid, self.actor)
        context = {
            "group": groups.group_seat(group, self.actor),
            "tiers": groups.tiers(group),
            "past": groups.formerly(group),
            "crumbs": [trail(group)[0], ("", group.name)],
        }
        return render(request, "pilots/group.html", context)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        return super().within_reach(actor) and groups.groups_seen(actor).filter(uid=named["uid"]).exists()


class GroupCreateView(PilotActPage):
    unit: Unit

    def prepare(self, **named: Any) -> None:
        self.unit = groups.office_or_404(named["uid"], self.actor)

    def form(self, data: Any = None) -> forms.Form:
        return GroupForm(data)

    def words(self) -> tuple[str, str]:
        return _("Leading group of %(unit)s") % {"unit": self.unit.name}, _("Save")

    def back(self) -> str:
        return reverse("pilots:groups")

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("pilots:groups"), _("Leading groups"))]

    def act(self, given: dict[str, Any]) -> str:
        given.pop("version")
        group = create_group(GroupInput(self.unit.uid, **given), by=self.actor)
        return _("Recorded: %(group)s.") % {"group": group.name}


class GroupAct(PilotActPage):
    group: LeadingGroup

    def prepare(self, **named: Any) -> None:
        self.group = groups.kept_or_404(named["uid"], self.actor)

    def back(self) -> str:
        return group_url(self.group)

    def trail(self) -> list[tuple[str, Any]]:
        return trail(self.group)


class GroupChangeView(GroupAct):
    revision = "version"

    def form(self, data: Any = None) -> forms.Form:
        return GroupForm(data, group=self.group)

    def words(self) -> tuple[str, str]:
        return _("Change name and founding document"), _("Save")

    def act(self, given: dict[str, Any]) -> str:
        change_group(GroupFactsInput(self.group.uid, **given), by=self.actor)
        return _("The leading group is saved.")

    def stored(self, error: Stale) -> list[tuple[Any, str]]:
        theirs, labels = error.extra["theirs"], GroupForm().fields
        return [(labels[name].label, text) for name, text in theirs.items() if text]


class MemberAddView(GroupAct):
    def form(self, data: Any = None) -> forms.Form:
        return MemberForm(data)

    def words(self) -> tuple[str, str]:
        return _("Add a person to the leading group"), _("Add")

    def act(self, given: dict[str, Any]) -> str:
        member = add_member(MemberInput(self.group.uid, **given), by=self.actor)
        return _("%(name)s is in the leading group now.") % {"name": member.name}


class MemberEndView(GroupAct):
    member: GroupMember

    def prepare(self, **named: Any) -> None:
        self.member = groups.member_or_404(named["uid"], self.actor)
        self.group = self.member.group

    def form(self, data: Any = None) -> forms.Form:
        return EndMemberForm(data)

    def words(self) -> tuple[str, str]:
        return _("%(name)s leaves the leading group") % {"name": self.member.name}, _("Save")

    def consequence(self) -> str:
        return _("The person stays in the history of the group.")

    def act(self, given: dict[str, Any]) -> str:
        end_member(EndMemberInput(self.member.uid, given["until"]), by=self.actor)
        return _("%(name)s has left the leading group.") % {"name": self.member.name}
