"""Events, notices and acts as the API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import MailRhythm, Role
from records import words
from records.models import Event, Notice
from records.topics import words as words_of_topic
from records.workflow import Transition


class ActionRow(serializers.Serializer[Transition]):
    """What the reader may do now, from the table of transitions."""

    name = serializers.CharField()
    label: Any = serializers.CharField()
    hint = serializers.CharField()
    needs_comment = serializers.BooleanField()


class EventRow(serializers.Serializer[Event]):
    """One act, with the names kept at the time."""

    uid = serializers.UUIDField()
    at = serializers.DateTimeField()
    act = serializers.ChoiceField(choices=list(words.ACTS.items()))
    act_label = serializers.SerializerMethodField()
    person = serializers.CharField(source="user_name")
    role = serializers.ChoiceField(choices=Role.choices, allow_blank=True, help_text="Empty: the portal itself.")
    role_label = serializers.SerializerMethodField()
    acting_unit = serializers.CharField(source="acting_unit_name")
    subject_kind = serializers.CharField()
    subject_uid = serializers.UUIDField()
    subject_label = serializers.CharField()
    outcome = serializers.CharField()
    comment = serializers.CharField()

    def get_act_label(self, event: Event) -> str:
        return words.label(event.act)

    def get_role_label(self, event: Event) -> str:
        return words.role_label(event.role)


class NoticesMarked(serializers.Serializer[Any]):
    marked = serializers.IntegerField()


class NoticeRow(serializers.Serializer[Notice]):
    """What a person is told; its words are made now, in the reader's language."""

    uid = serializers.UUIDField()
    topic = serializers.CharField()
    title = serializers.SerializerMethodField()
    body = serializers.SerializerMethodField()
    path = serializers.CharField()
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)

    def get_title(self, notice: Notice) -> str:
        return words_of_topic(notice.topic, notice.params).title

    def get_body(self, notice: Notice) -> str:
        return words_of_topic(notice.topic, notice.params).body


class PreferencesIn(serializers.Serializer[Any]):
    mail_rhythm = serializers.ChoiceField(choices=MailRhythm.choices)


class NextDigestDetail(serializers.Serializer[Any]):
    """The mail as it would be now, in the reader's language."""

    day = serializers.DateField(help_text="The office day on which it would go out.")
    number = serializers.IntegerField(help_text="How many notices would be in it; with none there is no mail.")
    subject = serializers.CharField(source="letter.subject", default="")
    body = serializers.CharField(source="letter.body", default="", help_text="Plain text.")


class PreferencesDetail(serializers.Serializer[Any]):
    """How mail comes to oneself."""

    mail_address = serializers.CharField(source="person.email")
    mail_rhythm = serializers.ChoiceField(choices=MailRhythm.choices, source="person.mail_rhythm")
    mail_rhythm_label = serializers.CharField(source="person.get_mail_rhythm_display")
    next_digest = NextDigestDetail()
