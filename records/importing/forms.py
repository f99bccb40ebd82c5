"""Shape of what is entered on the pages of imports; each form only fills what the services take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.errors import BadInput
from records.importing.kinds import ImportKind
from records.importing.limits import MOST_BYTES
from records.importing.reading import refusal
from records.importing.services import Answer, ListInput
from records.models import ImportRun
from records.workflow import LONGEST_COMMENT, Request

CHOICE = "choice-"


def content_of(file: UploadedFile[Any]) -> bytes:
    """The bytes of an uploaded file; one that is too large is refused before it is read."""
    if (file.size or 0) > MOST_BYTES:
        raise refusal("too_large", most=MOST_BYTES // 1024 // 1024)
    content: bytes = file.read()
    return content


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_("CSV or XLSX, at most 4 MB. Public and internal information only."),
    )
    sheet = forms.CharField(
        label=_("Sheet"),
        max_length=200,
        required=False,
        help_text=_("Of a workbook with several sheets. Left empty, the first sheet with something on it is read."),
    )

    def filled(self, kind: str) -> ListInput:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return ListInput(kind, file.name or "", content_of(file), self.cleaned_data["sheet"])


class VersionForm(forms.Form):
    """The state of the list the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def seen(self) -> int:
        if not self.is_valid():
            raise BadInput(_("The page did not say which state of the list you saw. Reload it and do it again."))
        version: int = self.cleaned_data["version"]
        return version


class ActForm(VersionForm):
    comment = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_COMMENT,
        required=False,
    )

    def request(self, name: str) -> Request:
        return Request(name=name, comment=self.cleaned_data["comment"], expected_version=self.cleaned_data["version"])


class MappingForm(VersionForm):
    """For each column of the kind: which heading of the file it is."""

    def __init__(self, *args: Any, run: ImportRun, kind: ImportKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [column.name for column in kind.columns]
        headings = [(heading, heading) for heading in run.headings if heading]
        for column in kind.columns:
            self.fields[f"column-{column.name}"] = forms.ChoiceField(
                label=str(column.label),
                required=column.required,
                choices=[("", _("not in this file")), *headings],
                initial=run.mapping.get(column.name, ""),
                help_text=str(column.help),
            )

    def mapping(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"column-{name}"] for name in self.names}


def answers_in(posted: dict[str, str]) -> list[Answer]:
    """The choices of a page: `choice-<row>-<column>` → value. What cannot be one is left out."""
    found = []
    for name, value in posted.items():
        row, _dash, column = name.removeprefix(CHOICE).partition("-")
        if name.startswith(CHOICE) and row.isdecimal() and len(row) < 9 and column:
            found.append(Answer(int(row), column, value))
    return found
