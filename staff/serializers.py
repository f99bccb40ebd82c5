"""People, roles and tokens as the API shows them: uids outward, phones masked, labels in the reader's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import ApiToken, Membership, Role, Scope, SoloExemption, TokenState, User
from pilots.reachability import Vacancy
from pilots.serializers import UnitBrief
from records.jobs.serializers import JobRow
from records.models import MailFailure, OutboxMessage
from staff.machinery_serializers import BrokerRow, JobsRow, PassRow
from staff.reading import Acts, PersonFacts, Possible, UnitFacts, role_acts
from staff.rules import LONGEST_REASON
from staff.services import tokens
from staff.services.memberships import LONGEST_MAIL, LONGEST_NAME
from staff.services.operations import ChannelState, SealingState
from units.models import Programme


class PossibleRow(serializers.Serializer[Possible]):
    """What the reader may try now. `needs_reason`: the request must carry a `reason`."""

    name = serializers.CharField()
    label: Any = serializers.CharField()
    needs_reason = serializers.BooleanField()


def rows_of(acts: Acts) -> Any:
    found: Any = list(acts.values())
    return PossibleRow(found, many=True).data


class ProgrammeBrief(serializers.Serializer[Programme]):
    code = serializers.CharField()
    name = serializers.CharField()


class PersonBrief(serializers.Serializer[User]):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()


class RoleHeld(serializers.Serializer[Membership]):
    """A role at an office, for a programme: a hat. No programme: system administrators."""

    uid = serializers.UUIDField()
    unit = UnitBrief()
    programme = ProgrammeBrief(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices)
    role_label = serializers.CharField(source="get_role_display")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class MembershipRow(RoleHeld):
    """A role with who holds it, and what the reader may do to it (keys of `changeable` from the context)."""

    person = PersonBrief(source="user")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(PossibleRow(many=True))
    def get_actions(self, membership: Membership) -> Any:
        acts = role_acts(membership, self.context.get("changeable", frozenset()))
        return rows_of(acts)


class RoleOfPerson(RoleHeld):
    """A role on a person's own page: with what the reader may do to it."""

    actions = PossibleRow(many=True)


class PersonDetail(serializers.Serializer[PersonFacts]):
    """A person as administrators and auditors see them. `version` is what a new phone number takes in If-Match."""

    uid = serializers.UUIDField(source="person.uid")
    name = serializers.CharField(source="person.name")
    email = serializers.CharField(source="person.email")
    mail_error = serializers.CharField(
        source="refused.error", default="", help_text="What the mail server answers while it refuses mail; else empty."
    )
    language = serializers.CharField(source="person.language", help_text="Of mails; empty: the portal's.")
    is_active = serializers.BooleanField(source="person.is_active")
    is_oneself = serializers.BooleanField(source="oneself")
    phone_masked = serializers.SerializerMethodField(help_text="Empty also where the person no longer works.")
    version = serializers.IntegerField(source="person.version")
    joined_at = serializers.DateTimeField(source="person.joined_at")
    roles = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    def get_phone_masked(self, facts: PersonFacts) -> str:
        return facts.person.masked_phone if facts.works_here else ""

    @extend_schema_field(RoleOfPerson(many=True))
    def get_roles(self, facts: PersonFacts) -> Any:
        return [{**RoleHeld(membership).data, "actions": rows_of(acts)} for membership, acts in facts.roles]

    @extend_schema_field(PossibleRow(many=True))
    def get_actions(self, facts: PersonFacts) -> Any:
        return rows_of(facts.acts)


class StaffedUnitRow(UnitBrief):
    """A unit, how many people work there, and whether anybody administers them."""

    division = serializers.CharField(source="division.name")
    people = serializers.IntegerField()
    has_administrator = serializers.BooleanField()


class ExemptionRow(serializers.Serializer[SoloExemption]):
    """One person of the unit may write and sign in this programme."""

    programme = ProgrammeBrief()
    reason = serializers.CharField()
    granted_by = serializers.CharField(source="granted_by.name")
    granted_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class RefusedMailRow(serializers.Serializer[MailFailure]):
    """Somebody whose mail the mail server refuses now."""

    person = PersonBrief(source="user")
    mail_address = serializers.CharField(source="user.email")
    since = serializers.DateTimeField()
    error = serializers.CharField(help_text="The mail server's own words.")


class VacancyRow(serializers.Serializer[Vacancy]):
    """A programme the unit sends reports in, with nobody there to write or to sign."""

    programme = ProgrammeBrief()
    no_drafter = serializers.BooleanField()
    no_lead = serializers.BooleanField()
    text = serializers.CharField(source="words")


class UnitStaffDetail(serializers.Serializer[UnitFacts]):
    """A unit as its people's page shows it; the roles themselves are the list `units/{uid}/people/`."""

    unit = UnitBrief()
    former_people = PersonBrief(source="gone", many=True)
    exemptions = ExemptionRow(many=True)
    refused_mail = RefusedMailRow(source="refused", many=True)
    vacancies = VacancyRow(many=True)
    actions = serializers.SerializerMethodField()

    @extend_schema_field(PossibleRow(many=True))
    def get_actions(self, facts: UnitFacts) -> Any:
        return rows_of(facts.acts)


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Kept in the history, told to the person.")


class RoleIn(serializers.Serializer[Any]):
    """A role for a programme. The service checks who may give it, and whether the unit can have it."""

    programme = serializers.CharField(max_length=40, help_text="Its code.")
    role = serializers.ChoiceField(choices=Role.choices)


class InvitationIn(RoleIn):
    """Somebody registered already keeps name, phone and language, and only gets the role."""

    email = serializers.EmailField(max_length=LONGEST_MAIL)
    name = serializers.CharField(max_length=LONGEST_NAME)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class MoveIn(RoleIn, ReasonIn):
    unit = serializers.UUIDField(required=False, help_text="Another unit, for system administrators.")


class RoleWithReasonIn(RoleIn, ReasonIn):
    """The role with which a closed account opens again, in the unit where the person was last."""


class ExemptionIn(ReasonIn):
    programme = serializers.CharField(max_length=40, help_text="Its code.")


class PhoneIn(serializers.Serializer[Any]):
    phone = serializers.CharField(max_length=40, allow_blank=True, help_text="Empty removes the number.")


class AddressIn(ReasonIn):
    email = serializers.EmailField(max_length=LONGEST_MAIL, help_text="From then on the person signs in with it.")


class PhoneInFull(serializers.Serializer[Any]):
    phone = serializers.CharField()


class HatIn(serializers.Serializer[Any]):
    membership = serializers.UUIDField(help_text="`uid` of one of `hats`.")


class ScopeRow(serializers.Serializer[Any]):
    scope = serializers.ChoiceField(source="value", choices=Scope.choices)
    label: Any = serializers.CharField()


class OfferRow(serializers.Serializer[tokens.Offer]):
    """A scope the present hat can give a token, with the acts it opens."""

    scope = serializers.ChoiceField(source="scope.value", choices=Scope.choices)
    label: Any = serializers.CharField(source="scope.label")
    acts = serializers.ListField(child=serializers.CharField())


class MeDetail(serializers.Serializer[Any]):
    """Who is asking: the person, the hat worn, the hats they could wear, and what the token allows."""

    person = PersonBrief()
    language = serializers.CharField(help_text="Of this answer; a request says it in Accept-Language.")
    hat = RoleHeld()
    hats = RoleHeld(many=True, help_text="With a token only its own.")
    scopes = ScopeRow(many=True, allow_null=True, help_text="null: signed in, no limits beyond the role.")
    offered_scopes = OfferRow(many=True, help_text="What a token of this hat could be given.")
    unread_notices = serializers.IntegerField()
    actions = PossibleRow(many=True)


class TokenIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=tokens.LONGEST_NAME, help_text="What it is for.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False)
    days = serializers.IntegerField(
        min_value=1, max_value=tokens.LONGEST_LIFE, default=tokens.USUAL_LIFE, help_text="How long it is valid."
    )


class RevocationIn(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=LONGEST_REASON, required=False, allow_blank=True, default="",
        help_text="Needed for somebody else's token; told to its owner.",
    )  # fmt: skip


class TokenRow(serializers.Serializer[ApiToken]):
    """A token, without its secret, which nobody can read again."""

    uid = serializers.UUIDField()
    name = serializers.CharField()
    owner = PersonBrief(source="hat.user")
    hat = RoleHeld()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    scope_labels = serializers.ListField(child=serializers.CharField())
    prefix = serializers.CharField(help_text="The part between `pp_` and the secret.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    last_used_from = serializers.CharField(help_text="Network address.")
    revoked_at = serializers.DateTimeField(allow_null=True)
    revoked_by = serializers.CharField(source="revoked_by.name", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=TokenState.choices)
    state_label = serializers.CharField(source="state.label")
    actions = serializers.SerializerMethodField()

    @extend_schema_field(PossibleRow(many=True))
    def get_actions(self, token: ApiToken) -> Any:
        return rows_of(tokens.acts(token, self.context["actor"]))


class TokenMade(TokenRow):
    token = serializers.SerializerMethodField(help_text="The whole text; in this answer only.")

    def get_token(self, token: ApiToken) -> str:
        return str(self.context["text"])


class ChannelRow(serializers.Serializer[ChannelState]):
    """One way out of the portal: what waits since when, what was given up, when the last message went."""

    channel = serializers.ChoiceField(choices=OutboxMessage.Channel.choices)
    channel_label: Any = serializers.CharField(source="label")
    waiting = serializers.IntegerField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField(help_text="Waits longer than it should.")
    given_up = serializers.IntegerField()
    last_sent_at = serializers.DateTimeField(allow_null=True)


class SealingRow(serializers.Serializer[SealingState]):
    """How far the chain of events has come."""

    waiting = serializers.IntegerField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    late = serializers.BooleanField()
    last_number = serializers.IntegerField(source="last.chain_number", default=None, allow_null=True)
    last_at = serializers.DateTimeField(source="last.at", default=None, allow_null=True)


class UndeliveredRow(serializers.Serializer[OutboxMessage]):
    """A message that nobody will get any more."""

    uid = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=OutboxMessage.Channel.choices)
    channel_label = serializers.CharField(source="get_channel_display")
    recipient = PersonBrief()
    topic = serializers.CharField()
    created_at = serializers.DateTimeField()
    given_up_at = serializers.DateTimeField()
    last_error = serializers.CharField()


class OperationsDetail(serializers.Serializer[Any]):
    passes = PassRow(many=True)
    broker = BrokerRow()
    long_jobs = JobsRow()
    jobs = JobRow(many=True, help_text="What runs, and what failed within a week.")
    channels = ChannelRow(many=True)
    sealing = SealingRow()
    given_up = UndeliveredRow(many=True, help_text="The newest fifty.")
