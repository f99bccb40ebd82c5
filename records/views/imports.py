"""Pages of imports: the lists brought in, a new one, its columns, its dry run, its acts."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import InvalidPage, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from portal.errors import BadInput, NotFound, PortalError
from portal.http import PortalView, listed
from records.importing import blanks, headings, long, services
from records.importing.filters import ImportFilter
from records.importing.forms import ActForm, MappingForm, UploadForm, VersionForm, answers_in
from records.importing.kinds import kinds_for
from records.importing.pages import CHIPS, DANGEROUS, detail
from records.importing.storing import kind_of
from records.importing.workflow import IMPORT, acts_for
from records.models import ImportRun, ImportStatus, Job
from records.workflow import Transition

PAGE = 50


class ImportView(PortalView):
    """What the pages of imports share."""

    action = services.ACTION

    def run(self, uid: uuid.UUID) -> ImportRun:
        return services.run_or_404(uid, self.actor)

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        uid = named.get("uid")
        if uid is None:
            return bool(kinds_for(actor))
        return ImportRun.objects.visible_to(actor, cls.action).filter(uid=uid).exists()


class ImportsView(ImportView):
    def get(self, request: HttpRequest) -> HttpResponse:
        runs = ImportRun.objects.visible_to(self.actor, self.action).for_lists()
        found = listed(ImportFilter(request.GET, queryset=runs), request, PAGE)
        result = ngettext("%(number)d list", "%(number)d lists", found.count) % {"number": found.count}
        context = {
            "kinds": kinds_for(self.actor),
            "form": found.form,
            "page_obj": found.page,
            "is_valid": found.is_valid,
            "rows": [(run, CHIPS[ImportStatus(run.status)]) for run in found.page],
            "result": result if found.is_valid else "",
            "reset_url": reverse("imports") if request.GET else "",
        }
        return render(request, "records/imports.html", context, status=found.status)


class ImportNewView(ImportView):
    """One kind of list: its columns, an empty one to fill in, and the file."""

    def get(self, request: HttpRequest, what: str) -> HttpResponse:
        return self._page(request, what, UploadForm())

    def post(self, request: HttpRequest, what: str) -> HttpResponse:
        services.kind_for(what, self.actor)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, what, form, status=400)
        try:
            run = services.start(form.filled(what), by=self.actor)
        except BadInput as error:
            for finding in error.findings:
                form.add_error("sheet" if finding.code == "no_such_sheet" else "file", str(finding.message))
            return self._page(request, what, form, status=error.status)
        if headings.missing(run.mapping, kind_of(run)) or _asks_for_columns(run):
            return redirect("import-columns", run.uid)
        return redirect("import", run.uid)

    def _page(self, request: HttpRequest, code: str, form: UploadForm, status: int = 200) -> HttpResponse:
        kind = services.kind_for(code, self.actor)
        crumbs = [(reverse("imports"), _("Imports")), ("", kind.label)]
        return render(request, "records/import_new.html", {"kind": kind, "form": form, "crumbs": crumbs}, status=status)


def _asks_for_columns(run: ImportRun) -> bool:
    """Something in the file was not understood, and something of the kind was not found: perhaps they are the same."""
    unread = headings.unused(run.headings, run.mapping)
    return bool(unread) and len(run.mapping) < len(kind_of(run).columns) and not services.is_remembered(run)


class ImportTemplateView(ImportView):
    """An empty list of a kind, to fill in."""

    def get(self, request: HttpRequest, what: str, form: str) -> HttpResponse:
        found = services.kind_for(what, self.actor)
        if form not in {"xlsx", "csv"}:
            raise NotFound
        if form == "csv":
            return _download(blanks.blank_csv(found), blanks.CSV, f"{what}.csv")
        return _download(blanks.blank_xlsx(found), blanks.XLSX, f"{what}.xlsx")


class ImportRunView(ImportView):
    """The dry run: what the list would do, and what stands in its way."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        return self.page(request, self.run(uid))

    def page(self, request: HttpRequest, run: ImportRun, error: PortalError | None = None) -> HttpResponse:
        context = detail(run, self.actor, request.GET.get("show", ""))
        try:
            context["page_obj"] = Paginator(context.pop("lines"), PAGE).page(request.GET.get("page") or 1)
        except InvalidPage as refused:
            raise NotFound(_("This list has no such page. Go back and choose one of the pages below the list.")) from (
                refused
            )
        context["problems"] = [("", finding.message) for finding in error.findings] if error else []
        context["refusal"] = error
        return render(request, "records/import.html", context, status=error.status if error else 200)


class ImportColumnsView(ImportView):
    """Which heading is which column."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.run(uid)
        if run.status != ImportStatus.CHECKED or not run.is_readable:
            messages.info(request, _("This is not possible now. The page shows where the list stands."))
            return redirect("import", run.uid)
        return self._page(request, run, MappingForm(run=run, kind=kind_of(run), initial={"version": run.version}))

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.run(uid)
        form = MappingForm(request.POST, run=run, kind=kind_of(run))
        if "version" in form.errors:
            form.seen()
        if not form.is_valid():
            return self._page(request, run, form, status=400)
        try:
            services.map_columns(run.uid, form.mapping(), expected_version=form.seen(), by=self.actor)
        except BadInput as error:
            for finding in error.findings:
                form.add_error(finding.target.replace("mapping.", "column-"), str(finding.message))
            return self._page(request, run, form, status=error.status)
        return redirect("import", run.uid)

    def _page(self, request: HttpRequest, run: ImportRun, form: MappingForm, status: int = 200) -> HttpResponse:
        crumbs = [
            (reverse("imports"), _("Imports")),
            (reverse("import", args=[run.uid]), run.file_name),
            ("", _("Columns")),
        ]
        context = {
            "run": run,
            "form": form,
            "crumbs": crumbs,
            "unread": headings.unused(run.headings, run.mapping),
            "back_url": reverse("import", args=[run.uid]),
        }
        return render(request, "records/import_columns.html", context, status=status)


class ImportAnswersView(ImportView):
    """Choices among suggestions; the list is checked again."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.run(uid)
        seen = VersionForm(request.POST).seen()
        # A cell with two faults has two choices of one name: the one that was made counts.
        posted = {name: next(filter(None, map(str, given)), "") for name, given in request.POST.lists()}
        answers = [one for one in answers_in(posted) if one.value or "take_back" in posted]
        before = run.counts.get("faults", 0)
        after = services.answer(run.uid, answers, expected_version=seen, by=self.actor).counts["faults"]
        messages.info(
            request,
            _("Checked again: %(after)d faults are left, %(before)d before.") % {"after": after, "before": before},
        )
        return redirect("import", run.uid)


class ImportFaultsView(ImportView):
    """The faults as a file, for whoever has to mend the list."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        run = self.run(uid)
        faults = services.outcome_in_words(run, self.actor)["faults"]
        return _download(blanks.faults_csv(faults), blanks.CSV, f"faults-{run.uid}.csv")


class ImportActView(ImportRunView):
    """Store, discard, undo: a page with the consequence, or straight from a button."""

    def get(self, request: HttpRequest, uid: uuid.UUID, name: str = "") -> HttpResponse:
        run, transition = self.run(uid), IMPORT[name]
        if transition not in acts_for(run, self.actor):
            messages.info(request, _("This is not possible now. The page shows where the list stands."))
            return redirect("import", run.uid)
        return self._confirm(request, run, transition, ActForm(initial={"version": run.version}))

    def post(self, request: HttpRequest, uid: uuid.UUID, name: str) -> HttpResponse:
        run, transition = self.run(uid), IMPORT[name]
        form = ActForm(request.POST)
        if "version" in form.errors:
            form.seen()
        if not form.is_valid():
            return self._confirm(request, run, transition, form, status=400)
        try:
            done = long.perform_or_start(run, form.request(name), by=self.actor)
        except NotFound:
            raise
        except PortalError as error:
            return self.page(request, self.run(uid), error)
        if isinstance(done, Job):
            return redirect("job", done.uid)
        words = _("Done: %(act)s. The list is now “%(state)s”.")
        messages.success(request, words % {"act": transition.label, "state": done.get_status_display()})
        return redirect("import", run.uid)

    def _confirm(
        self, request: HttpRequest, run: ImportRun, transition: Transition, form: ActForm, status: int = 200
    ) -> HttpResponse:
        back = reverse("import", args=[run.uid])
        context = {
            "title": transition.label,
            "form": form,
            "consequence": transition.hint,
            "button": transition.label,
            "danger": transition.name in DANGEROUS,
            "back_url": back,
            "crumbs": [(reverse("imports"), _("Imports")), (back, run.file_name), ("", transition.label)],
        }
        return render(request, "records/import_act.html", context, status=status)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
