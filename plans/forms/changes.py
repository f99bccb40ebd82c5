"""Shape of input on the pages of change requests, guided plans and files; each only fills what the services take."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from pilots.models import PilotArea
from plans.changes import parents_for
from plans.forms.plans import MOST_VERSIONS, PlanForm, TaskForm
from plans.models import ChangeItem, ChangeRequest, GuidedKind, GuidedPlan, Plan, Task
from plans.services.changes import LONGEST_REASON, LONGEST_TITLE, ChangeInput
from plans.services.guided import FIRST_YEAR, LAST_YEAR, LONGEST_NOTE, GuidedInput
from plans.task_edits import HEAD, shape_of
from records.files import MOST_BYTES, Incoming
from records.workflow import LONGEST_COMMENT, Transition

TAKEN = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"
ABOUT_FILES = _("PDF, Word (.docx), Excel (.xlsx), PNG or JPEG, at most 20 MB. Public and internal information only.")


def incoming(file: UploadedFile[Any] | None) -> Incoming | None:
    """The uploaded file, of which no more is read than shows that it is too large."""
    return None if file is None else Incoming(file.name or "", file.read(MOST_BYTES + 1))


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_VERSIONS)


def _file(label: Any, *, required: bool = True) -> forms.FileField:
    widget = forms.ClearableFileInput(attrs={"accept": TAKEN})
    return forms.FileField(
        label=label, required=required, allow_empty_file=True, widget=widget, help_text=ABOUT_FILES, max_length=1000
    )


class StepForm(forms.Form):
    """One act of a workflow: the version the person saw, and the reason or opinion."""

    version = _version()
    comment = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT, required=False
    )

    def __init__(self, data: Any = None, *, transition: Transition, version: int, reason: Any = None) -> None:
        super().__init__(data)
        self.fields["version"].initial = version
        if transition.needs_comment:
            self.fields["comment"].required, self.fields["comment"].label = True, reason or _("Reason")


class ChangeForm(forms.Form):
    """What a request is called, and why."""

    version = _version()
    title = forms.CharField(label=_("Title of the request"), max_length=LONGEST_TITLE)
    reason = forms.CharField(
        label=_("Why the plan shall change"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_REASON
    )

    def __init__(self, data: Any = None, *, change: ChangeRequest | None = None) -> None:
        super().__init__(data)
        self.initial = {"version": 0}
        if change is not None:
            self.initial = {name: getattr(change, name) for name in ("version", "title", "reason")}

    def given(self) -> ChangeInput:
        return ChangeInput(self.cleaned_data["title"], self.cleaned_data["reason"])


class _WithRequest(forms.Form):
    """What pages that propose a row share: a new request is named with its first row."""

    request_title = forms.CharField(
        label=_("Title of the request"), max_length=LONGEST_TITLE, help_text=_("For example: more time for a task.")
    )
    request_reason = forms.CharField(
        label=_("Why the plan shall change"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_REASON
    )

    def settle_request(self, change: ChangeRequest | None) -> None:
        if change is not None:
            del self.fields["request_title"], self.fields["request_reason"]

    def head(self) -> ChangeInput | None:
        title = self.cleaned_data.get("request_title")
        return None if title is None else ChangeInput(title, self.cleaned_data["request_reason"])


@dataclass(frozen=True, slots=True)
class _Added:
    """A row that the request adds, as something others can be part of."""

    uid: uuid.UUID
    level: str


class ProposeForm(TaskForm, _WithRequest):
    """One row as the plan shall say it; `item`: what the request says of it already."""

    def __init__(
        self,
        data: Any = None,
        *,
        plan: Plan,
        change: ChangeRequest | None,
        task: Task | None = None,
        item: ChangeItem | None = None,
        parent: Task | None = None,
    ) -> None:
        super().__init__(data, plan=plan, task=task, parent=parent)
        self.settle_request(change)
        self.initial["revision"] = change.version if change else 0
        own = item.wanted.get("uid") if item is not None else None
        field: Any = self.fields["parent"]
        for row in parents_for(plan, change):
            if row.uid not in self.over and row.uid != own:
                self.over[row.uid] = _Added(uuid.UUID(row.uid), row.level)  # type: ignore[assignment]
                field.choices = [*field.choices, (row.uid, _("(new) %(name)s") % {"name": row.name})]
        if item is not None:
            self._prefill(item)

    def _prefill(self, item: ChangeItem) -> None:
        wanted = {name: "" if value is None else value for name, value in item.wanted.items()}
        if "fields" in wanted:
            wanted["fields_of_work"] = wanted.pop("fields")
        self.initial.update({name: value for name, value in wanted.items() if name in self.fields})

    def wanted(self) -> dict[str, Any]:
        found = shape_of(self.given())
        if "fields_of_work" not in self.fields:
            del found["fields"]
        return found


class ProposeHeadForm(PlanForm, _WithRequest):
    """The plan itself as it shall be: title, document, dates."""

    def __init__(
        self, data: Any = None, *, plan: Plan, change: ChangeRequest | None, item: ChangeItem | None = None
    ) -> None:
        super().__init__(data, plan=plan)
        self.settle_request(change)
        self.initial["version"] = change.version if change else 0
        if item is not None:
            self.initial.update({name: "" if value is None else value for name, value in item.wanted.items()})

    def wanted(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in HEAD if name in self.cleaned_data}
        return {name: str(value) if value else None for name, value in found.items()} | {
            "title_en": found["title_en"] or ""
        }


class ProposeEndForm(_WithRequest):
    """That a row shall end, with all its parts."""

    revision = _version()

    def __init__(self, data: Any = None, *, change: ChangeRequest | None) -> None:
        super().__init__(data)
        self.settle_request(change)
        self.initial = {"revision": change.version if change else 0}


class VersionForm(forms.Form):
    """The state the person saw."""

    version = _version()

    def __init__(self, data: Any = None, *, version: int) -> None:
        super().__init__(data)
        self.initial = {"version": version}


class FileForm(forms.Form):
    """One file."""

    version = _version()
    file = _file(_("File"))

    def __init__(self, data: Any = None, files: Any = None, *, version: int = 0) -> None:
        super().__init__(data, files)
        self.initial = {"version": version}

    def given(self) -> Incoming:
        found = incoming(self.cleaned_data["file"])
        return found or Incoming("", b"")


class GuidedForm(forms.Form):
    """An implementation or action plan: what it is, and the document."""

    version = _version()
    pilot_area = forms.ChoiceField(label=_("Pilot area"), choices=())
    kind = forms.ChoiceField(label=_("Kind"), choices=GuidedKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    year = forms.IntegerField(
        label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False,
        help_text=_("Left empty: for the whole time of the pilot."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What the receiver should know"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_NOTE,
        required=False,
    )  # fmt: skip
    file = _file(_("The document"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        pilots: Iterable[PilotArea] = (),
        guided: GuidedPlan | None = None,
    ) -> None:
        super().__init__(data, files)
        offered: Any = self.fields["pilot_area"]
        offered.choices = [(str(pilot.uid), pilot.name) for pilot in pilots]
        self.initial = {"version": 0, "kind": GuidedKind.IMPLEMENTATION}
        if guided is not None:
            del self.fields["pilot_area"]
            self.fields["file"].label = (
                _("Another document in place of the present one") if guided.file_id else _("The document")
            )
            self.initial = {name: getattr(guided, name) for name in ("version", "kind", "title", "year", "note")}

    def given(self) -> GuidedInput:
        data = self.cleaned_data
        return GuidedInput(data["kind"], data["title"], data["year"], data["note"])

    def file_given(self) -> Incoming | None:
        return incoming(self.cleaned_data["file"])
