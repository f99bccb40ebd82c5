"""The API's rooms for handing over: what a person holds, the act, and the packs."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

import django_filters as filters
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from pilots.serializers import UnitBrief
from portal.api import Ordering
from portal.api_schema import refuses
from portal.api_views import ApiView
from portal.errors import BadInput, Finding, NotFound
from staff import handing_over as holding
from staff import packs, rules
from staff.handing_over import Held
from staff.models import HandOver
from staff.packs import KINDS, Line, Listed, Pack
from staff.reading import HAND_OVER
from staff.serializers import PersonBrief, PossibleRow
from staff.services.handing_over import HandOverInput, Newcomer, hand_over, preview
from staff.services.memberships import LONGEST_MAIL, LONGEST_NAME

CODES = [(kind.code, kind.title) for kind in KINDS]


class HeldRow(serializers.Serializer[Line]):
    """One thing held. What `on` means depends on the list: due, since, valid until."""

    uid = serializers.CharField(source="item.uid", help_text="Of the subject itself; empty where it is a count.")
    name = serializers.CharField()
    programme = serializers.CharField(source="item.programme", help_text="Its code.")
    role = serializers.ChoiceField(
        source="item.role",
        choices=Role.choices,
        allow_blank=True,
        help_text="Under which it is held, or waits for somebody.",
    )
    role_label = serializers.CharField(source="role")
    state = serializers.CharField(source="item.state", help_text="Of a report its state, of a contact its kind.")
    state_label = serializers.CharField(source="state")
    waits_for = serializers.CharField(help_text="What the desk asks of this role now; empty when it waits for nobody.")
    on = serializers.DateField(allow_null=True)
    days_left = serializers.IntegerField(
        source="item.days_left", allow_null=True, help_text="Working days on the day of the list; negative when passed."
    )
    number = serializers.IntegerField(source="item.number", allow_null=True)
    marks = serializers.ListField(source="item.marks", child=serializers.CharField(), help_text="Codes of remarks.")
    remarks = serializers.ListField(child=serializers.CharField())


class HeldList(serializers.Serializer[Listed]):
    """One list; also the empty ones are there."""

    kind = serializers.ChoiceField(source="kind.code", choices=CODES)
    kind_label = serializers.CharField(source="kind.title")
    items = HeldRow(source="lines", many=True)


class WarningRow(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=list(packs.WARNINGS))
    message = serializers.CharField()


class HoldingsDetail(serializers.Serializer[Held]):
    """What a person holds at one unit, as of today."""

    person = PersonBrief()
    unit = UnitBrief()
    on = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    lists = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.DateField())
    def get_on(self, held: Held) -> Any:
        return str(self.context["pack"].on)

    @extend_schema_field(WarningRow(many=True))
    def get_warnings(self, held: Held) -> Any:
        return warnings_of(self.context["pack"])

    @extend_schema_field(HeldList(many=True))
    def get_lists(self, held: Held) -> Any:
        return lists_of(self.context["pack"])

    @extend_schema_field(PossibleRow(many=True))
    def get_actions(self, held: Held) -> Any:
        acts: Any = [HAND_OVER] if holding.may_hand_over(held) else []
        return PossibleRow(acts, many=True).data


class HandOverRow(serializers.Serializer[HandOver]):
    """Whose work went to whom."""

    uid = serializers.UUIDField()
    at = serializers.DateTimeField()
    unit = UnitBrief()
    programme = serializers.CharField(source="programme.code")
    person = PersonBrief()
    successor = PersonBrief()
    done_by = PersonBrief()
    note = serializers.CharField()


class HandOverDetail(HandOverRow):
    """A hand-over with its pack: everything as it was listed then."""

    on = serializers.SerializerMethodField()
    warnings = serializers.SerializerMethodField()
    lists = serializers.SerializerMethodField()
    is_stored = serializers.SerializerMethodField(help_text="false: what the act would leave (`dry_run`).")

    @extend_schema_field(serializers.DateField())
    def get_on(self, row: HandOver) -> Any:
        return str(packs.read(row.pack).on)

    @extend_schema_field(WarningRow(many=True))
    def get_warnings(self, row: HandOver) -> Any:
        return warnings_of(packs.read(row.pack))

    @extend_schema_field(HeldList(many=True))
    def get_lists(self, row: HandOver) -> Any:
        return lists_of(packs.read(row.pack))

    def get_is_stored(self, row: HandOver) -> bool:
        return not self.context.get("dry_run", False)


def lists_of(pack: Pack) -> Any:
    lists: Any = pack.lists
    return HeldList(lists, many=True).data


def warnings_of(pack: Pack) -> list[dict[str, str]]:
    return [{"code": one.code, "message": words} for one, words in zip(pack.warned, pack.warnings, strict=True)]


class NewcomerIn(serializers.Serializer[Any]):
    """A successor who is invited. Somebody already registered keeps name, phone and language."""

    email = serializers.CharField(max_length=LONGEST_MAIL)
    name = serializers.CharField(max_length=LONGEST_NAME, required=False, default="", allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, default="", allow_blank=True)


class HandOverIn(serializers.Serializer[Any]):
    """Either `successor`, a person with a role at the unit, or `invitation`."""

    unit = serializers.UUIDField()
    successor = serializers.UUIDField(required=False, allow_null=True, default=None)
    invitation = NewcomerIn(required=False, allow_null=True, default=None)
    memberships = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=50,
        help_text="The roles to hand over, of one programme. None named: all of this unit.",
    )  # fmt: skip
    note = serializers.CharField(max_length=rules.LONGEST_REASON)
    deactivate = serializers.BooleanField(
        required=False,
        default=False,
        help_text="End every other role in reach too, and close the account if none is left.",
    )
    dry_run = serializers.BooleanField(
        required=False, default=False, help_text="Answer what it would leave, refusals included, and store nothing."
    )


class HoldingsRoom(ApiView):
    action_needed = "desk.view"
    serializer_class = HoldingsDetail
    query_parameters = ("unit",)

    @extend_schema(
        parameters=[
            OpenApiParameter("unit", uuid.UUID, description="Which unit; without it the first one in reach, by name.")
        ]
    )
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What a person holds at a unit: one's own work, or that of somebody whose roles one manages."""
        held = holding.holder(uid, self._unit(request), by=self.actor)
        pack = packs.of(held, holding.items(held), holding.warnings(held))
        return Response(HoldingsDetail(held, context={"pack": pack}).data)

    def _unit(self, request: Request) -> uuid.UUID | None:
        given = request.query_params.get("unit", "")
        try:
            return uuid.UUID(given) if given else None
        except ValueError as error:
            text = _("There is no such unit.")
            raise BadInput(text, findings=(Finding("invalid", text, "unit"),)) from error


class HandOverAct(ApiView):
    action_needed = "people.manage"
    serializer_class = HandOverIn

    @extend_schema(
        operation_id="people_hand_over",
        responses={201: HandOverDetail, 200: HandOverDetail},
        extensions=refuses(422),
    )
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Hand a person's roles at a unit to a successor, all or nothing. With `dry_run` answers 200, stores nothing.

        The roles end and begin for the successor, their API tokens are revoked, both people are told. Nobody hands
        over their own roles. What the person held stands in the pack of the answer.
        """
        holding.somebody_in_reach(uid, self.actor)
        given = HandOverIn(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        dry_run = bool(values.pop("dry_run"))
        data = _input(uid, values)
        row = preview(data, by=self.actor) if dry_run else hand_over(data, by=self.actor)
        body = HandOverDetail(row, context={"dry_run": dry_run}).data
        return Response(body, status=200 if dry_run else 201)


def _input(uid: uuid.UUID, given: dict[str, Any]) -> HandOverInput:
    invited = given["invitation"]
    return HandOverInput(
        person_uid=uid,
        unit_uid=given["unit"],
        note=given["note"],
        successor_uid=given["successor"],
        invited=Newcomer(**invited) if invited else None,
        memberships=tuple(given["memberships"]),
        deactivate=given["deactivate"],
    )


class HandOverFilter(filters.FilterSet):
    unit = filters.UUIDFilter(field_name="unit__uid", label=gettext_lazy("unit"), help_text="Its `uid`.")
    person = filters.UUIDFilter(field_name="person__uid", label=gettext_lazy("person"), help_text="Who left: `uid`.")
    successor = filters.UUIDFilter(
        field_name="successor__uid", label=gettext_lazy("successor"), help_text="Who followed: `uid`."
    )

    class Meta:
        model = HandOver
        fields: tuple[str, ...] = ()


class HandOverList(ApiView, ListAPIView[HandOver]):
    """The hand-overs whose packs the reader may see, newest first: of their unit, or to themselves."""

    action_needed = "desk.view"
    queryset = HandOver.objects.none()
    serializer_class = HandOverRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = HandOverFilter
    ordering_fields: ClassVar = {"at": "at", "unit": "unit__sort_key", "person": "person__name"}

    def get_queryset(self) -> Any:
        return HandOver.objects.readable(self.actor).for_lists()


class HandOverRoom(ApiView):
    action_needed = "desk.view"
    serializer_class = HandOverDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One hand-over with its pack, as it was listed then."""
        row = HandOver.objects.readable(self.actor).for_lists().filter(uid=uid).first()
        if row is None:
            raise NotFound
        return Response(HandOverDetail(row).data)
