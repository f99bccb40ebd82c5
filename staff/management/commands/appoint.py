"""Invite the first system administrator, an auditor or a unit administrator from the server's console."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import EXCLUSIVE_ROLES
from portal.errors import PortalError
from staff.services.memberships import InvitationInput, appoint
from units.models import Unit


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=[role.value for role in EXCLUSIVE_ROLES])
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument("--unit", required=True, help="full Chinese name or stable key of the unit")
        parser.add_argument("--programme", default="", help="code of the programme; not for system_admin")
        parser.add_argument("--language", default="", help="zh-hans or en")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = Unit.objects.filter(key=options["unit"]).first() or Unit.objects.filter(name_now=options["unit"]).first()
        if unit is None:
            raise CommandError(f"There is no unit with the name or key {options['unit']!r}.")
        data = InvitationInput(
            email=options["email"],
            name=options["name"],
            unit_uid=unit.uid,
            programme=options["programme"],
            role=options["role"],
            language=options["language"],
        )
        try:
            membership = appoint(data)
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{membership.user.email} is invited; the mail with the link is in the outbox.")
