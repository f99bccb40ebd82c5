"""The API's rooms for rules of due dates, what goes with them, and the ladder of reminders."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import NotFound
from reporting.date_rules import kept_or_404, rule_or_404, rules_seen, shown
from reporting.deadlines.facts import RuleFacts
from reporting.deadlines.rulebook import RuleBook
from reporting.filters.dates import DateRuleFilter
from reporting.models import DateRule, DeadlinePolicy
from reporting.serializers.dates import (
    DateRuleFactsIn,
    DateRuleIn,
    DateRuleRow,
    LadderDetail,
    LadderIn,
    PolicyDetail,
    PolicyIn,
)
from reporting.services.date_rules import (
    ACTION,
    NewRule,
    RuleChange,
    RuleEnd,
    change_rule,
    end_rule,
    new_rule,
    sets_rules,
)
from reporting.services.ladders import (
    LadderInput,
    PolicyInput,
    StepInput,
    ladder_of,
    set_ladder,
    set_policy,
    sets_policy,
)
from units.models import Programme

RULE_VERSION = if_match("The `version` of the rule, in quotes.", required=True)


class DatesApiView(ApiView):
    """A room under the rules of the hat's programme: many read, few write."""

    action_needed = "cycle.view"
    action_to_write = ACTION

    @property
    def programme(self) -> Programme:
        programme = self.actor.programme
        if programme is None:
            raise NotFound
        return programme

    def as_shown(self, rule: DateRule, status: int = 200) -> Response:
        """The rule as it is now; the ETag is what a change of it expects."""
        row = shown([rule], RuleBook.of(self.programme), self.actor)[0]
        return with_etag(Response(DateRuleRow(row).data, status=status), rule.version)


class DateRuleList(DatesApiView, ListAPIView[DateRule]):
    queryset = DateRule.objects.none()
    serializer_class = DateRuleRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = DateRuleFilter
    ordering_fields: ClassVar = {"setter": "setter__sort_key", "kind": "kind"}

    def get_queryset(self) -> QuerySet[DateRule]:
        return rules_seen(self.actor)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The rules of the programme and offices' own, in words, with the dates they give this year and the next."""
        rules = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        rows: Any = shown(rules, RuleBook.of(self.programme), self.actor)
        return self.get_paginated_response(DateRuleRow(rows, many=True).data)

    @extend_schema(request=DateRuleIn, responses={201: DateRuleRow}, extensions=refuses(404, 409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Set a rule: the owner for the programme, an office that receives for its own senders.

        An office's own rule may not be later than what it owes itself, in this year and the next five; the finding
        says both dates. 409 when the office has a rule for this period and capacity already.
        """
        if sets_rules(self.actor) is None:
            raise NotFound
        given = DateRuleIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        kind, capacity, ending = (facts.pop(name) for name in ("kind", "capacity", "end_own_rules"))
        rule = new_rule(NewRule(kind, capacity, RuleFacts(**facts), ending), by=self.actor)
        return self.as_shown(rule, status=201)


class DateRuleRoom(DatesApiView):
    serializer_class = DateRuleRow

    @extend_schema(responses=DateRuleRow)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One rule."""
        return self.as_shown(rule_or_404(uid, self.actor))

    @extend_schema(
        parameters=[RULE_VERSION], request=DateRuleFactsIn, responses=DateRuleRow, extensions=refuses(409, 428)
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change a rule of one's own office; periods that are open keep their dates until they are regenerated."""
        kept_or_404(uid, self.actor)
        given = DateRuleFactsIn(data=request.data)
        given.is_valid(raise_exception=True)
        facts = dict(given.validated_data)
        ending = facts.pop("end_own_rules")
        change = RuleChange(uid, required_version(request), RuleFacts(**facts), ending)
        return self.as_shown(change_rule(change, by=self.actor))


class DateRuleEnd(DatesApiView):
    action_needed = ACTION
    serializer_class = DateRuleRow

    @extend_schema(parameters=[RULE_VERSION], request=None, responses=DateRuleRow, extensions=refuses(409, 422, 428))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """End a rule of one's own office; answers with the rule of the programme, which counts again.

        The owner's rules do not end, and neither does a rule others count from (409).
        """
        rule = kept_or_404(uid, self.actor)
        end_rule(RuleEnd(uid, required_version(request)), by=self.actor)
        book = RuleBook.of(self.programme)
        return self.as_shown(book.rule_for(rule.setter_id, rule.kind, rule.capacity))


class PolicyRoom(DatesApiView):
    serializer_class = PolicyDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """What goes with due dates: lead time, least time to fill in, returns, chasing, the hour of reminders."""
        policy = DeadlinePolicy.objects.select_related("programme").filter(programme=self.programme).first()
        if policy is None:
            raise NotFound
        return with_etag(Response(PolicyDetail(policy).data), policy.version)

    @extend_schema(
        parameters=[if_match('The `version` of the policy, in quotes; `"0"` at first.', required=True)],
        request=PolicyIn,
        responses=PolicyDetail,
        extensions=refuses(404, 409, 428),
    )
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Change what goes with due dates. Only the owner of the programme may."""
        if not sets_policy(self.programme, self.actor):
            raise NotFound
        given = PolicyIn(data=request.data)
        given.is_valid(raise_exception=True)
        policy = set_policy(PolicyInput(required_version(request), **given.validated_data), by=self.actor)
        return with_etag(Response(PolicyDetail(policy).data), policy.version)


class LadderRoom(DatesApiView):
    serializer_class = LadderDetail

    def get(self, request: Request, **kwargs: Any) -> Response:
        """The ladder of reminders: on which working days who is told."""
        ladder = ladder_of(self.programme)
        return with_etag(Response(LadderDetail(ladder).data), ladder.version)

    @extend_schema(
        parameters=[if_match("The `version` of the ladder, in quotes.", required=True)],
        request=LadderIn,
        responses=LadderDetail,
        extensions=refuses(404, 409, 428),
    )
    def put(self, request: Request, **kwargs: Any) -> Response:
        """Replace the whole ladder. Steps that are missing are retired. Only the owner of the programme may."""
        if not sets_policy(self.programme, self.actor):
            raise NotFound
        given = LadderIn(data=request.data)
        given.is_valid(raise_exception=True)
        steps = tuple(StepInput(**step) for step in given.validated_data["steps"])
        ladder = set_ladder(LadderInput(required_version(request), steps), by=self.actor)
        return with_etag(Response(LadderDetail(ladder).data), ladder.version)
