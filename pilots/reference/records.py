"""Shapes of the reference data about programmes, pilots and routes. Pure data, no database."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from units.reference.records import Confidence

ProgrammeKey = Literal["national", "luzhou"]
Capacity = Literal["pilot", "compiler"]
Region = Literal["east", "middle", "west", "northeast"]
MilestoneKind = Literal["start", "interim", "rollout"]
SelectedBy = Literal["city", "county"]


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    key: ProgrammeKey
    name_zh: str
    name_en: str
    owner_key: str  # office that runs the programme
    reviewing_department_keys: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class TotalRecord:
    """A published count of a batch: `scope` is the batch, `category` as published."""

    category: str
    count: int
    as_of: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class MilestoneRecord:
    """`on` is the last day named; the wording keeps whether the text gives a day or only a year."""

    kind: MilestoneKind
    on: date
    wording_zh: str
    wording_en: str
    source: str


@dataclass(frozen=True, slots=True)
class BatchRecord:
    programme: ProgrammeKey
    number: int
    name_zh: str
    name_en: str
    document_number: str
    document_title: str
    approved_on: date | None  # None: no date of high confidence
    revision: str  # GB/T 2260 revision that stands for the approval
    reference_day: date  # day on which "as approved" is asked of the divisions
    totals: tuple[TotalRecord, ...]
    milestones: tuple[MilestoneRecord, ...]
    source: str
    confidence: Confidence

    @property
    def total_places(self) -> int | None:
        """All pilots of the batch by the published totals, provinces included; None when not published."""
        counts = [total.count for total in self.totals if total.category in WHOLE_BATCH_CATEGORIES]
        return sum(counts) if counts else None


# The other published categories break these down further and must not be added to them.
WHOLE_BATCH_CATEGORIES = ("省", "城市(镇)", "新增城市(镇)", "农村土地制度改革试点并入")


@dataclass(frozen=True, slots=True)
class PilotRecord:
    key: str
    programme: ProgrammeKey
    batch: int | None
    official_seq: int | None
    province_key: str
    name_as_published: str
    name_en: str
    category: str
    region: Region
    division_keys: tuple[str, ...]
    office_key: str
    source: str
    confidence: Confidence
    note: str
    shown: bool
    milestone_overrides: tuple[MilestoneRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteRecord:
    programme: ProgrammeKey
    sender_key: str
    receiver_key: str
    capacity: Capacity
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SelectionLimitRecord:
    """How many towns the text lets an office choose; going beyond warns and asks for a reason."""

    programme: ProgrammeKey
    selected_by: SelectedBy
    minimum: int
    maximum: int
    clause_zh: str
    source: str


@dataclass(frozen=True, slots=True)
class CoverageRecord:
    """How many pilots of a batch are on record, of how many published."""

    programme: ProgrammeKey
    batch: int
    on_record: int
    published: int | None


@dataclass(frozen=True, slots=True)
class ContactFieldRecord:
    """One thing asked about a contact; `kind` says by which rule it is checked and whether it is kept encrypted."""

    code: str
    title_zh: str
    title_en: str
    kind: Literal["text", "phone", "mail"]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class ContactFormRecord:
    """A version of what is asked; later versions get a higher number, and contacts keep the one they were given in."""

    programme: ProgrammeKey
    number: int
    source: str
    fields: tuple[ContactFieldRecord, ...]


@dataclass(frozen=True, slots=True)
class ClauseRecord:
    """A passage of a document: `text` is its wording, faithful, '' where it is not at hand."""

    anchor: str
    title_zh: str
    title_en: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """An official document (L13). A date of which nobody says what it is, or from memory, stands in `dates_note`."""

    number: str
    title: str
    issuer: str
    kind: str
    year: int
    signed_on: date | None
    published_on: date | None
    dates_note: str
    index_number: str
    validity: Literal["in_force", "ended", "unknown"]
    note: str
    source: str
    confidence: Confidence
    clauses: tuple[ClauseRecord, ...] = ()
