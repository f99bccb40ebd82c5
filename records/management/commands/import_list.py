"""`manage.py import_list KIND FILE --as MAIL`: what the page of imports says, on the console.

Exit codes: 0 nothing is wrong (and with --store it is stored), 1 the list has faults, 2 it could not be read or the
person may not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.access import Actor
from accounts.models import Membership
from portal.errors import PortalError
from records.importing import services
from records.importing.kinds import registered
from records.importing.limits import MOST_BYTES
from records.models import ImportRun
from records.workflow import Request

FAULTS, REFUSED = 1, 2
ORIGIN = "console"


class Command(BaseCommand):
    help = "Check a list (CSV or XLSX) and, with --store, store it when it has no fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.code for kind in registered()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="mail", required=True, help="mail address of the person it is done as")
        parser.add_argument("--unit", default="", help="stable key of the unit, if the person has several hats")
        parser.add_argument("--programme", default="", help="code of the programme, if the person has several hats")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--store", action="store_true", help="store the list when it has no fault")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[code for code, _n in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                self._run(options)
            except PortalError as error:
                lines = [str(error), *(str(finding) for finding in error.findings if str(finding) != str(error))]
                raise CommandError("\n".join(lines), returncode=REFUSED) from error

    def _run(self, options: dict[str, Any]) -> None:
        by = _actor(options)
        path: Path = options["file"]
        try:
            with path.open("rb") as stream:
                content = stream.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=REFUSED) from error
        data = services.ListInput(options["kind"], path.name, content, options["sheet"])
        run = services.start(data, by=by)
        self._tell(run)
        if run.counts["faults"]:
            raise CommandError(f"{run.counts['faults']} faults; nothing was stored.", returncode=FAULTS)
        if options["store"]:
            services.perform(run, Request("store", expected_version=run.version), by=by)
            self.stdout.write(f"stored; it can be undone for a day: {run.uid}")

    def _tell(self, run: ImportRun) -> None:
        outcome = services.outcome_of(run)
        counts = ", ".join(f"{name} {number}" for name, number in run.counts.items())
        self.stdout.write(f"{run.file_name}: {counts}")
        for check in outcome["checks"]:
            sign = "=" if check["agrees"] else "≠"
            self.stdout.write(
                f"{check['label']}: {check['found']} {sign} {check['expected']} {check['source']}".rstrip()
            )
        for change in outcome["changes"]:
            fields = "; ".join(f"{one['label']}: {one['before']} → {one['after']}" for one in change["fields"])
            self.stdout.write(f"{change['row']}  {change['what']}  {change['label']}  {fields}".rstrip())
        for remark in outcome["remarks"]:
            self.stdout.write(f"{remark['cell'] or remark['row']}  {remark['message']}")
        for fault in outcome["faults"]:
            hints = " / ".join(one["value"] for one in fault["suggestions"])
            where = f"{fault['row']}  {fault['cell']}  {fault['label']}  “{fault['value']}”"
            self.stderr.write(f"{where}  {fault['message']}" + (f"  → {hints}" if hints else ""))


def _actor(options: dict[str, Any]) -> Actor:
    """The person under the one hat that is meant."""
    hats = Membership.objects.current().filter(user__email=options["mail"].lower())
    if options["unit"]:
        hats = hats.filter(unit__key=options["unit"])
    if options["programme"]:
        hats = hats.filter(programme__code=options["programme"])
    actors = [Actor(hat.user, hat, ORIGIN) for hat in hats.select_related("user", "unit", "programme")]
    able = [actor for actor in actors if actor.can(services.ACTION)]
    if len(able) != 1:
        said = "; ".join(f"{actor.hat} · {actor.programme or '—'}" for actor in able) or "none"
        raise CommandError(
            f"{options['mail']}: one hat that may bring in lists is needed, found: {said}. Say --unit and --programme.",
            returncode=REFUSED,
        )
    return able[0]
