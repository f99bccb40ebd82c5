"""The transition table of reports (DOMAIN.md, ‘How a report moves’) and what each transition brings about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from accounts.models import Role, User
from portal.errors import WrongState
from records import workflow as engine
from records.outbox import people_of
from records.seals import newest_seal, seal_after
from records.telling import News, tell_each
from records.workflow import Act, Transition, Workflow
from reporting import compilation, rules
from reporting.contact_proof import sheet_content
from reporting.contacts import Sheet, fix_sheet, live_sheet
from reporting.deadlines.rulebook import RuleBook
from reporting.declared import freeze_declared, store_declared
from reporting.due_dates import give_date
from reporting.extension_workflow import close_as, read_again
from reporting.figures import Frozen, freeze
from reporting.models import (
    Report,
    ReportStatus,
    ReportVersion,
    SectionRemark,
    VersionSection,
)
from reporting.report_tasks import freeze_tasks, store_tasks
from reporting.services.declaring import put_back_declared
from reporting.services.figures import bring_into_force, put_back
from reporting.services.sections import note_writer
from reporting.texts import clean
from units.calendar import office_day
from units.models import Unit

S = ReportStatus
AUTHORS = (Role.DRAFTER, Role.LEAD)
COMPLETE = (
    rules.sections_written, rules.gaps_explained, rules.figures_complete, rules.figures_hold,
    rules.red_lines_declared, rules.commitments_answered,
)  # fmt: skip
"""What is asked of what goes to the lead, and again when it is signed and submitted."""
NO_FIGURES = Frozen()
NOTHING: Mapping[str, Any] = MappingProxyType({})


def _tell(topic: str, report: Report, act: Act, people: list[User], **params: object) -> None:
    """One notice to each, but not to whoever did it."""
    due = report.due

    def values() -> dict[str, object]:
        who, unit = act.by.user.name, due.unit.name
        return {"report": report.title, "who": who, "unit": unit, "comment": act.comment, **params}

    news = News(topic, f"/reports/{report.uid}/", due.cycle.programme, values)
    tell_each([person for person in people if person.pk != act.by.user.pk], news, at=act.at)


def _tell_compilers(version: ReportVersion, act: Act) -> None:
    """Whoever compiled from this version learns that it does not stand any more."""
    for compiled in compilation.standing_on(version):
        authors = _people(compiled.due.unit, compiled, *AUTHORS)
        _tell("report.basis_changed", compiled, act, authors, source=version.report)


def _people(unit: Unit, report: Report, *roles: Role) -> list[User]:
    return people_of(unit, report.due.cycle.programme, roles)


def _void_signature(report: Report) -> None:
    report.signed_by, report.signed_at, report.signed_sheet = None, None, ""
    report.save(update_fields=["signed_by", "signed_at", "signed_sheet"])


def _waiting_version(report: Report) -> ReportVersion:
    return report.versions.get(outcome=ReportVersion.Outcome.WAITING)


def _decide(report: Report, act: Act, outcome: str) -> ReportVersion:
    version = _waiting_version(report)
    version.outcome, version.comment = outcome, act.comment
    version.decided_by, version.decided_at = act.by.user, act.at
    version.save(update_fields=["outcome", "comment", "decided_by", "decided_at"])
    return version


def _sent_for_signing(report: Report, act: Act) -> None:
    if report.due.cycle.is_of_contacts:  # whoever sends the sheet vouches for it, with or without remarks
        note_writer(report, act.by, act.at)
    _tell("report.sent_for_signing", report, act, _people(report.due.unit, report, Role.LEAD))


def _sent_back(report: Report, act: Act) -> None:
    _tell("report.sent_back", report, act, _people(report.due.unit, report, Role.DRAFTER))


def _signed(report: Report, act: Act) -> Mapping[str, Any]:
    report.signed_by, report.signed_at = act.by.user, act.at
    report.signed_sheet = live_sheet(report).digest if report.due.cycle.is_of_contacts else ""
    report.save(update_fields=["signed_by", "signed_at", "signed_sheet"])
    _tell("report.signed", report, act, _people(report.due.unit, report, Role.DRAFTER))
    return {"exemption": True} if rules.has_written(report, act) else {}


def version_content(
    report: Report,
    number: int,
    texts: list[tuple[str, str]],
    basis: list[compilation.BasisRow],
    sheet: Sheet | None = None,
    *,
    figures: Frozen = NO_FIGURES,
    more: Mapping[str, Any] = NOTHING,
) -> dict[str, Any]:
    """What is sealed: who signed, the words, what a compiled report stands on, the contacts, the figures.

    `more`: what is declared, and how the plan stood.
    """
    due = report.due
    contacts = {} if sheet is None else {"contacts": sheet_content(sheet)}
    return {
        "cycle": due.cycle.code,
        "unit": due.unit.uid,
        "unit_name": due.unit.name_now,
        "capacity": due.capacity,
        "pilot_area": due.pilot_area.uid if due.pilot_area else None,
        "number": number,
        "signed_by": report.signed_by.uid if report.signed_by else None,
        "signed_at": report.signed_at,
        "sections": [{"code": code, "html": html} for code, html in texts],
        "basis": [row.as_content() for row in basis],
        **contacts,
        **figures.as_content(),
        **more,
    }


def receipt_number(report: Report, number: int) -> str:
    return f"{report.due.cycle.code}-{report.pk:06d}-{number}"


def _submitted(report: Report, act: Act) -> Mapping[str, Any]:
    """Seal a version, give the receipt, tell the receiver (N13, N14)."""
    if report.signed_by is None or report.signed_at is None:
        raise WrongState(_("The signature is missing. Have the report signed first."))
    due = report.due
    is_asked = read_again(due)
    version = _sealed(report, report.signed_by, report.signed_at, act)
    if is_asked:
        close_as("withdraw", "submitted", due, act)
    _tell(
        "report.submitted",
        report,
        act,
        _people(due.receiver, report, Role.REVIEWER),
        receipt=version.receipt_number,
    )
    return {"receipt": version.receipt_number, "sha256": version.seal.sha256, "number": version.number}


def _sealed(report: Report, signed_by: User, signed_at: dt.datetime, act: Act) -> ReportVersion:
    """The next version with everything it was submitted with. Nothing but versions is sealed under a report."""
    before = newest_seal("report", report.uid)
    number = before.number + 1 if before else 1
    basis = compilation.basis_for_version(report)
    sheet = live_sheet(report) if report.due.cycle.is_of_contacts else None
    figures, declared, tasks = freeze(report), freeze_declared(report), freeze_tasks(report, act.at)
    texts = [text for text in report.texts if text.is_stored]
    words = [(text.section.code, text.html) for text in texts]
    more = {**declared.as_content(), **(tasks.as_content() if tasks else {})}
    content = version_content(report, number, words, basis, sheet, figures=figures, more=more)
    version = ReportVersion.objects.create(
        report=report,
        number=number,
        corrects=report.accepted_version,
        seal=seal_after(before, "report", report.uid, content, at=act.at),
        receipt_number=receipt_number(report, number),
        submitted_by=act.by.user,
        submitted_at=act.at,
        signed_by=signed_by,
        signed_at=signed_at,
        due_end=report.due.due_end,
    )
    VersionSection.objects.bulk_create(
        VersionSection(version=version, section=text.section, html=text.html) for text in texts
    )
    compilation.fix_basis(version, basis)
    figures.store(version)
    store_declared(version, declared)
    store_tasks(version, tasks)
    if sheet is not None:
        fix_sheet(version, sheet)
    return version


def _received(report: Report, act: Act) -> None:
    version = _waiting_version(report)
    version.received_by, version.received_at = act.by.user, act.at
    version.save(update_fields=["received_by", "received_at"])
    _tell("report.received", report, act, _people(report.due.unit, report, *AUTHORS))


def _recalled(report: Report, act: Act) -> None:
    version = _decide(report, act, ReportVersion.Outcome.RECALLED)
    _void_signature(report)
    _tell_compilers(version, act)
    _tell("report.recalled", report, act, _people(report.due.receiver, report, Role.REVIEWER))


def _recall_requested(report: Report, act: Act) -> None:
    _tell("report.recall_requested", report, act, _people(report.due.receiver, report, Role.REVIEWER))


def _recall_granted(report: Report, act: Act) -> None:
    version = _decide(report, act, ReportVersion.Outcome.RECALLED)
    _void_signature(report)
    _tell_compilers(version, act)
    _tell("report.recall_granted", report, act, _people(report.due.unit, report, *AUTHORS))


def _recall_refused(report: Report, act: Act) -> None:
    _tell("report.recall_refused", report, act, _people(report.due.unit, report, *AUTHORS))


def _returned(report: Report, act: Act) -> Mapping[str, Any]:
    """Reasons, named sections, new due date: all three travel with the version that is returned."""
    version = _decide(report, act, ReportVersion.Outcome.RETURNED)
    remarks = {code: text.strip() for code, text in dict(act.data.get("remarks") or {}).items() if text.strip()}
    sections = {section.code: section for section in report.due.cycle.template.sections.all()}
    SectionRemark.objects.bulk_create(
        SectionRemark(version=version, section=sections[code], text=text) for code, text in remarks.items()
    )
    due, given = report.due, act.data.get("due_on")
    by_rule = return_day(report, act.at, needed=given is None)
    due_on = cast("dt.date", given or by_rule)
    moved = give_date(due, due_on, None, act.at)
    _void_signature(report)
    _tell_compilers(version, act)
    _tell("report.returned", report, act, _people(due.unit, report, *AUTHORS), due=str(due_on))
    return {**moved, "by_rule": due_on == by_rule, "sections": sorted(remarks)}


def return_day(report: Report, at: dt.datetime, *, needed: bool = True) -> dt.date | None:
    """When something returned now is due again by the programme's rule, in the sender's working days.

    Where the programme says nothing about returns: None, or BadInput where a day is needed.
    """
    book = RuleBook.of(report.due.cycle.programme)
    return book.return_date(office_day(at), report.due) if needed or book.found_policy else None


def _accepted(report: Report, act: Act) -> Mapping[str, Any]:
    previous = report.accepted_version
    version = _decide(report, act, ReportVersion.Outcome.ACCEPTED)
    report.accepted_version = version
    report.save(update_fields=["accepted_version"])
    counted = bring_into_force(version, act.by.user, act.at)
    _tell("report.accepted", report, act, _people(report.due.unit, report, *AUTHORS))
    if previous is not None:
        _tell_compilers(previous, act)
    return {"receipt": version.receipt_number, "number": version.number, **({"figures": counted} if counted else {})}


def _correction_opened(report: Report, act: Act) -> None:
    _void_signature(report)
    if report.accepted_version:
        put_back(report, report.accepted_version, act.by.user, act.at)
        _tell_compilers(report.accepted_version, act)
    _tell("report.correction_opened", report, act, _people(report.due.receiver, report, Role.REVIEWER))


def _correction_given_up(report: Report, act: Act) -> None:
    """The accepted version's words, figures and signature stand again."""
    version = report.accepted_version
    if version is None:
        raise WrongState(_("There is no accepted version to go back to."))
    texts = {row.section_id: row.html for row in version.sections.all()}
    for row in report.sections.all():
        text = clean(texts.get(row.section_id, ""))
        row.html, row.length, row.revision = text.html, text.length, row.revision + 1
        row.updated_by, row.updated_at = act.by.user, act.at
        row.save(update_fields=["html", "length", "revision", "updated_by", "updated_at"])
    put_back(report, version, act.by.user, act.at)
    put_back_declared(report, version, act.by.user, act.at)
    report.signed_by, report.signed_at = version.signed_by, version.signed_at
    report.save(update_fields=["signed_by", "signed_at"])
    _tell("report.correction_given_up", report, act, _people(report.due.receiver, report, Role.REVIEWER))


def _has_accepted(report: Report) -> bool:
    return report.accepted_version_id is not None


def _states(*states: ReportStatus) -> frozenset[str]:
    return frozenset(state.value for state in states)


REPORT: Workflow[Report] = Workflow(
    kind="report",
    rows=lambda: Report.objects.select_related(
        "due__cycle__programme", "due__cycle__template", "due__unit", "due__receiver", "due__pilot_area__plan",
        "accepted_version", "signed_by",
    ).with_sources(),
    transitions=(
        Transition(
            "send_for_signing", _("send for signing"), _states(S.DRAFT, S.RETURNED), S.SIGNING, "report.edit",
            internal=True, rules=COMPLETE, effect=_sent_for_signing, primary=True,
            hint=_("The lead of your unit reads the report and signs it."),
        ),
        Transition(
            "withdraw", _("take back from signing"), _states(S.SIGNING), S.DRAFT, "report.edit", internal=True,
            hint=_("The report can be edited again."),
        ),
        Transition(
            "sign", _("sign"), _states(S.SIGNING), S.SIGNED, "report.sign", internal=True,
            rules=(*COMPLETE, rules.signer_did_not_write), effect=_signed, primary=True,
            hint=_("With your signature the report can be submitted as it stands."),
        ),
        Transition(
            "send_back", _("send back to the drafter"), _states(S.SIGNING), S.DRAFT, "report.sign", internal=True,
            needs_comment=True, effect=_sent_back, hint=_("Say what is to be changed before you sign."),
        ),
        Transition(
            "reopen", _("edit again"), _states(S.SIGNED), S.DRAFT, "report.edit", internal=True,
            effect=lambda report, act: _void_signature(report),
            hint=_("The signature becomes void; the report must be signed again."),
        ),
        Transition(
            "submit", _("submit"), _states(S.SIGNED), S.SUBMITTED, "report.submit",
            rules=(rules.cycle_is_open, *COMPLETE, rules.contacts_as_signed), effect=_submitted, primary=True,
            hint=_("This version is sealed; you get a receipt number. You can recall it until it is received."),
        ),
        Transition(
            "recall", _("recall"), _states(S.SUBMITTED), S.DRAFT, "report.submit", effect=_recalled,
            hint=_("The receiver has not signed for it yet. You can edit it again, and it must be signed again."),
        ),
        Transition(
            "receive", _("sign for it"), _states(S.SUBMITTED), S.RECEIVED, "report.review", effect=_received,
            primary=True, hint=_("From now on the sender can only ask to have it back."),
        ),
        Transition(
            "request_recall", _("ask to have it back"), _states(S.RECEIVED), S.RECALL_REQUESTED,
            "report.submit", needs_comment=True, effect=_recall_requested,
            hint=_("The receiver decides. Say why you need it back."),
        ),
        Transition(
            "grant_recall", _("give it back"), _states(S.RECALL_REQUESTED), S.DRAFT, "report.review",
            effect=_recall_granted, primary=True, hint=_("The sender can edit it again."),
        ),
        Transition(
            "refuse_recall", _("refuse to give it back"), _states(S.RECALL_REQUESTED), S.RECEIVED,
            "report.review", needs_comment=True, effect=_recall_refused, hint=_("Say why it stays with you."),
        ),
        Transition(
            "accept", _("accept"), _states(S.RECEIVED), S.ACCEPTED, "report.review",
            rules=(rules.decider_is_not_the_author,), effect=_accepted, primary=True,
            hint=_("This version then counts, and can be compiled."),
        ),
        Transition(
            "return", _("return"), _states(S.RECEIVED), S.RETURNED, "report.review", needs_comment=True,
            rules=(rules.return_has_date, rules.remarks_fit), effect=_returned,
            hint=_("Give the reasons, the sections concerned and a new due date."),
        ),
        Transition(
            "correct", _("correct"), _states(S.ACCEPTED), S.DRAFT, "report.edit", needs_comment=True,
            effect=_correction_opened,
            hint=_("You write a new version; the accepted one stays in force until the new one is accepted."),
        ),
        Transition(
            "abandon_correction", _("give up the correction"), _states(S.DRAFT, S.RETURNED), S.ACCEPTED, "report.edit",
            needs_comment=True, effect=_correction_given_up, when=_has_accepted,
            hint=_("What you changed is discarded; the accepted version's words stand again."),
        ),
    ),
)  # fmt: skip


def perform(report: Report, request: engine.Request, *, by: Actor, at: dt.datetime | None = None) -> Report:
    """Carry out one transition of a report; see `records.workflow.perform` for what it raises."""
    return engine.perform(REPORT, report.pk, request, by=by, at=at)


def available(report: Report, by: Actor) -> list[Transition]:
    return engine.available(REPORT, report, by)


__all__ = ["REPORT", "available", "perform"]
