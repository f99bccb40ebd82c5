"""What happened and what is on its way out: events, seals, outbox, notices."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessPaths, ScopedQuerySet
from accounts.models import User
from units.keys import PublicKey
from units.models import Programme, Unit


class EventQuerySet(ScopedQuerySet["Event"]):
    def about(self, subject_kind: str, subject_uid: uuid.UUID) -> EventQuerySet:
        return self.filter(subject_kind=subject_kind, subject_uid=subject_uid)

    def known_beyond_the_unit(self) -> EventQuerySet:
        """Without what is internal to the sender's office: those events name no receiver."""
        return self.filter(receiver__isnull=False)


class Event(PublicKey):
    """One act: who, under which hat, what, when, from where, with which outcome. Append-only.

    Names are kept as they were at the time. `chain_number` and the hashes are filled by the sealer in batches.
    """

    at = models.DateTimeField(default=timezone.now)
    act = models.CharField(max_length=60)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    user_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=16, blank=True)
    acting_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    acting_unit_name = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=120, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField()
    subject_label = models.CharField(max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)
    comment = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    chain_number = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    objects: ClassVar = EventQuerySet.as_manager()
    ACCESS = AccessPaths(programme="programme", unit="unit", receiver="receiver")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_uid", "-at"], name="event_of_subject"),
            models.Index(fields=["programme", "-at"], name="event_of_programme"),
            models.Index(fields=["id"], condition=models.Q(chain_number__isnull=True), name="event_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.subject_label}"


class Seal(PublicKey):
    """What was submitted, for proof: canonical JSON and its SHA-256, chained per subject. No page queries it."""

    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField()
    number = models.PositiveIntegerField()
    schema = models.PositiveSmallIntegerField()
    body = models.TextField()
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["subject_kind", "subject_uid", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_kind", "subject_uid", "number"], name="seal_one_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_uid} #{self.number}"

    @property
    def fingerprint(self) -> str:
        """The first sixteen hex digits in groups of four, as printed on receipts."""
        return " ".join(self.sha256[i : i + 4] for i in range(0, 16, 4))


class OutboxMessage(PublicKey):
    """The only way out. Written in the act's own transaction, claimed and sent by the dispatcher.

    State is told by the columns: `sent_at` set → sent; `given_up_at` set → failed for good; otherwise waiting.
    """

    class Channel(models.TextChoices):
        NOTICE = "notice", _("notice in the portal")
        MAIL = "mail", _("mail")

    channel = models.CharField(max_length=8, choices=Channel.choices)
    topic = models.CharField(max_length=60)
    recipient = models.ForeignKey(User, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    params = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    with_mail = models.BooleanField(
        default=False, help_text="Of a notice: a mail of the same message was queued with it, so no digest repeats it."
    )
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was taken or refused; a server that does not answer is not counted."
    )
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="outbox_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.topic} → {self.recipient_id}"


class Notice(PublicKey):
    """What a person is told inside the portal; its words are made when read, in the reader's language.

    By mail it goes once at most: by its own (`with_mail`), or in the digest it names. Who chose what when it was told
    decides; a change of the choice later moves nothing.
    """

    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="notice")
    user = models.ForeignKey(User, models.PROTECT, related_name="notices")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    topic = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    with_mail = models.BooleanField(default=False)
    digest = models.ForeignKey(
        "Digest", models.PROTECT, null=True, blank=True, related_name="notices", help_text="The daily mail it went in."
    )

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "-created_at"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(fields=["user", "-created_at"], name="notice_of_user"),
            models.Index(
                fields=["user", "id"],
                condition=models.Q(read_at__isnull=True, digest__isnull=True, with_mail=False),
                name="notice_for_digest",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(with_mail=False) | models.Q(digest__isnull=True), name="notice_by_one_mail"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} → {self.user_id}"


class Digest(PublicKey):
    """The one mail a day of a person who chose it: its row is the memory that it went, its notices what was in it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="digests")
    day = models.DateField(help_text="The offices' day it was made on.")
    message = models.OneToOneField(OutboxMessage, models.PROTECT, related_name="digest")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-day", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} → {self.user_id}"


class MailFailure(PublicKey):
    """Mail does not reach a person: from the refusal that showed it until a mail is taken or the address changes.

    The row is the memory that administrators were told of this once.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="mail_failures")
    since = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-since", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at__isnull=True), name="mail_failure_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} {self.user_id}"
