"""Counting back from the day a thing is due (倒排): pure arithmetic on calendar days, nothing of the database.

An activity of n days that begins on day d finishes on d + n - 1 (both days count); what waits for it may begin on the
day after, plus the days between. Without a duration it takes no day, and passes on what it waits for. Slack is how many
days later than at the earliest something can begin without anything being late; where it is below zero the plan cannot
be met, by that many days. The critical chain is the one with the least slack.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIRST, LAST = dt.date.min.toordinal(), dt.date.max.toordinal()


class Cycle(ValueError):
    """Activities that wait for each other in a circle; `names` in the order of waiting, the first is not repeated."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(" → ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class Activity:
    """What is to be done: calendar days, not before a day, due on a day.

    For a look ahead from today only: `done_on` where it is done, `left` the days still to go where it is under way.
    """

    key: int
    name: str
    days: int | None = None
    not_before: dt.date | None = None
    due: dt.date | None = None
    done_on: dt.date | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """`after` may begin `lag` calendar days after the day on which `before` has finished."""

    before: int
    after: int
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """The four dates of an activity and its slack in days. Without a duration the starts say when it is reached."""

    earliest_start: dt.date
    earliest_finish: dt.date
    latest_start: dt.date
    latest_finish: dt.date
    slack: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Rows by key, in an order in which nothing comes before what it waits for.

    `chain` is the critical chain from its first activity to its last, [] where no duration and no dependency is known.
    `short` is by how many days the plan cannot be met, 0 where it can.
    """

    rows: dict[int, Row]
    chain: list[int]
    short: int


@dataclass(slots=True)
class _Net:
    """The activities in order of waiting, with their neighbours, and dates as ordinals."""

    order: list[int]
    days: dict[int, int]
    before: Mapping[int, list[Edge]]
    after: Mapping[int, list[Edge]]


def schedule(
    activities: Sequence[Activity],
    edges: Iterable[Edge],
    begins: dt.date,
    ends: dt.date,
    today: dt.date | None = None,
) -> Schedule:
    """Earliest dates from `begins`, latest dates from `ends` and what is due before, slack, chain and shortfall.

    With `today` what is not done is looked at from there: nothing open begins before, what is done lies where it was
    done and is never late. Edges to activities that are not there are passed over. Raises Cycle.
    """
    net = _net(activities, edges, today)
    earliest = _forward(net, {one.key: _first_day(one, begins, today) for one in activities})
    latest = _backward(net, {one.key: _last_day(one, ends) for one in activities})
    done = {one.key for one in activities if today and one.done_on}
    slack = {key: latest[key] - earliest[key] for key in net.order}
    slack |= {key: max(slack[key], 0) for key in done}
    rows = {key: _row(earliest[key], latest[key], net.days[key], slack[key]) for key in net.order}
    counted = [key for key in net.order if key not in done]
    short = max(0, -min((slack[key] for key in counted), default=0))
    return Schedule(rows, _chain(net, earliest, slack, counted), short)


def order_of(names: Mapping[int, str], edges: Iterable[Edge]) -> list[int]:
    """The keys so that nothing comes before what it waits for, otherwise as they were given. Raises Cycle."""
    after: dict[int, list[int]] = {key: [] for key in names}
    waiting = dict.fromkeys(names, 0)
    for edge in edges:
        after[edge.before].append(edge.after)
        waiting[edge.after] += 1
    ready = [key for key in names if not waiting[key]]
    order: list[int] = []
    for key in ready:  # grows while it is read
        order.append(key)
        for follower in after[key]:
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(order) < len(names):
        raise Cycle([names[key] for key in _circle(after, {key for key in names if waiting[key]})])
    return order


def _circle(after: Mapping[int, list[int]], left: set[int]) -> list[int]:
    """One circle among what could not be put in order: everything left that is waited for leads back into it."""
    inside = {key: [follower for follower in after[key] if follower in left] for key in after if key in left}
    while ends := [key for key, followers in inside.items() if not followers]:
        # what merely hangs behind a circle leads nowhere
        inside = {key: [f for f in followers if f not in ends] for key, followers in inside.items() if key not in ends}
    path: list[int] = [next(iter(inside))]
    while path[-1] not in path[:-1]:
        path.append(inside[path[-1]][0])
    return path[path.index(path[-1]) : -1]


def _net(activities: Sequence[Activity], edges: Iterable[Edge], today: dt.date | None) -> _Net:
    names = {one.key: one.name for one in activities}
    known = [edge for edge in edges if edge.before in names and edge.after in names]
    before: defaultdict[int, list[Edge]] = defaultdict(list)
    after: defaultdict[int, list[Edge]] = defaultdict(list)
    for edge in known:
        before[edge.after].append(edge)
        after[edge.before].append(edge)
    return _Net(order_of(names, known), {one.key: _days(one, today) for one in activities}, before, after)


def _days(one: Activity, today: dt.date | None) -> int:
    if today is not None and one.left is not None and one.done_on is None:
        return one.left
    return one.days or 0


def _first_day(one: Activity, begins: dt.date, today: dt.date | None) -> int:
    """The first day on which it can begin, as an ordinal; where it is done, the one on which it would have begun."""
    if today is not None and one.done_on is not None:
        return one.done_on.toordinal() - (one.days or 0) + 1
    return max(day.toordinal() for day in (begins, one.not_before, today) if day is not None)


def _last_day(one: Activity, ends: dt.date) -> int:
    return min(day.toordinal() for day in (ends, one.due) if day is not None)


def _forward(net: _Net, first: dict[int, int]) -> dict[int, int]:
    """Earliest starts as ordinals."""
    starts: dict[int, int] = {}
    for key in net.order:
        freed = [starts[edge.before] + net.days[edge.before] + edge.lag for edge in net.before.get(key, ())]
        starts[key] = max([first[key], *freed])
    return starts


def _backward(net: _Net, last: dict[int, int]) -> dict[int, int]:
    """Latest starts as ordinals: the latest finish is the nearest of its due days and what waits for it."""
    starts: dict[int, int] = {}
    for key in reversed(net.order):
        needed = [starts[edge.after] - edge.lag - 1 for edge in net.after.get(key, ())]
        starts[key] = min([last[key], *needed]) - net.days[key] + 1
    return starts


def _row(earliest: int, latest: int, days: int, slack: int) -> Row:
    return Row(_date(earliest), _date(earliest + days - 1), _date(latest), _date(latest + days - 1), slack)


def _date(ordinal: int) -> dt.date:
    """A chain of centuries ends at the calendar's edge instead of breaking the page that shows it."""
    return dt.date.fromordinal(min(max(ordinal, FIRST), LAST))


def _chain(net: _Net, starts: Mapping[int, int], slack: Mapping[int, int], counted: Sequence[int]) -> list[int]:
    """Of the activities with the least slack, each freed by the one before it, the longest run of days.

    What has neither a duration nor neighbours is no work yet, and its date says nothing about a chain; unless it alone
    cannot be met.
    """
    at_work = [key for key in counted if net.days[key] or net.before.get(key) or net.after.get(key) or slack[key] < 0]
    least = min((slack[key] for key in at_work), default=0)
    critical = {key for key in at_work if slack[key] == least}
    length: dict[int, int] = {}
    behind: dict[int, int] = {}
    for key in reversed([key for key in net.order if key in critical]):
        length[key] = net.days[key]
        for edge in net.after.get(key, ()):
            if edge.after not in critical or starts[edge.after] != starts[key] + net.days[key] + edge.lag:
                continue
            run = net.days[key] + edge.lag + length[edge.after]
            if key not in behind or run > length[key]:
                length[key], behind[key] = run, edge.after
    if not length:
        return []
    chain = [max((key for key in net.order if key in critical), key=lambda key: length[key])]
    while chain[-1] in behind:
        chain.append(behind[chain[-1]])
    return chain
