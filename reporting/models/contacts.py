"""The contacts of a sender's pilot areas as they stood when a version was submitted (N24)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pilots.models import Contact, ContactKind, GroupMember, PilotArea
from reporting.models.versions import ReportVersion


class VersionContact(models.Model):
    """Who answered for a pilot area. A contact is never changed, so its row can be pointed at; none: a gap."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="contacts")
    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ContactKind.choices)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["version_id", "pilot_area_id", "-kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "pilot_area", "kind"], name="version_contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.pilot_area} · {self.get_kind_display()}"


class VersionGroup(models.Model):
    """The leading group of a pilot area's office. Its facts can be edited later, so they are copied."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="groups")
    pilot_area = models.ForeignKey(PilotArea, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    document_number = models.CharField(max_length=100, blank=True)
    founded_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["version_id", "pilot_area_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "pilot_area"], name="version_group_once")]

    def __str__(self) -> str:
        return f"{self.version} · {self.name}"


class VersionMember(models.Model):
    """Who was in it. A member is ended, never changed, so the row can be pointed at."""

    group = models.ForeignKey(VersionGroup, models.CASCADE, related_name="members")
    member = models.ForeignKey(GroupMember, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["group_id", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "member"], name="version_member_once")]

    def __str__(self) -> str:
        return f"{self.group} · {self.member}"
