"""Counting back from due dates: examples a reader can check by hand, and random nets against networkx."""

from __future__ import annotations

import datetime as dt

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.scheduling import Activity, Cycle, Edge, Schedule, order_of, schedule

BEGINS = dt.date(2026, 1, 1)
FAR = dt.date(2036, 12, 31)


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def test_a_chain_by_hand() -> None:
    """A 10 days → 5 days between → B 20 days, done by 30 June: B begins 11 June, A ends 5 June and begins 27 May."""
    both = [Activity(1, "A", 10), Activity(2, "B", 20)]
    found = schedule(both, [Edge(1, 2, 5)], BEGINS, day(6, 30))
    assert (found.rows[2].latest_start, found.rows[2].latest_finish) == (day(6, 11), day(6, 30))
    assert (found.rows[1].latest_start, found.rows[1].latest_finish) == (day(5, 27), day(6, 5))
    assert (found.rows[2].earliest_start, found.rows[2].earliest_finish) == (day(1, 16), day(2, 4))
    assert found.rows[1].slack == found.rows[2].slack == 146
    assert (found.chain, found.short) == ([1, 2], 0)


def test_one_day_is_done_on_the_day_it_begins() -> None:
    found = schedule([Activity(1, "A", 1)], [], day(6, 30), day(6, 30))
    assert found.rows[1].latest_start == found.rows[1].latest_finish == day(6, 30)
    assert (found.rows[1].slack, found.short) == (0, 0)


def test_the_nearest_of_all_due_days_counts() -> None:
    rows = [Activity(1, "A", 5, due=day(3, 31)), Activity(2, "B", 10, due=day(4, 5)), Activity(3, "C", 1)]
    found = schedule(rows, [Edge(1, 2), Edge(1, 3)], BEGINS, day(12, 31))
    assert found.rows[1].latest_finish == day(3, 26)
    assert found.rows[3].latest_finish == day(12, 31)
    assert found.chain == [1, 2]


def test_it_says_by_how_many_days_and_along_which_chain_it_cannot_be_met() -> None:
    rows = [Activity(1, "A", 10), Activity(2, "B", 20), Activity(3, "C", 3)]
    found = schedule(rows, [Edge(1, 2), Edge(1, 3)], BEGINS, day(1, 7))
    assert (found.short, found.chain) == (23, [1, 2])
    assert found.rows[1].latest_start == BEGINS - dt.timedelta(days=23)


def test_without_a_duration_it_takes_no_day_and_passes_on_what_it_waits_for() -> None:
    rows = [Activity(1, "A", 10), Activity(2, "gate"), Activity(3, "B", 5), Activity(4, "loose", due=day(1, 2))]
    found = schedule(rows, [Edge(1, 2), Edge(2, 3)], BEGINS, day(1, 20))
    assert found.rows[1].latest_finish == found.rows[2].latest_finish == day(1, 15)
    assert found.chain == [1, 2, 3], "what has no duration and no neighbour is no work yet"


def test_looked_at_from_today_what_is_done_is_done_and_the_rest_begins_now() -> None:
    rows = [Activity(1, "A", 10, done_on=day(1, 30)), Activity(2, "B", 10, left=4), Activity(3, "C", 10)]
    edges = [Edge(1, 2), Edge(2, 3)]
    assert schedule(rows, edges, BEGINS, day(1, 31)).short == 0
    ahead = schedule(rows, edges, BEGINS, day(1, 31), today=day(2, 1))
    assert ahead.rows[2].earliest_finish == day(2, 4)
    assert ahead.rows[3].earliest_finish == day(2, 14)
    assert (ahead.short, ahead.chain) == (14, [2, 3])


def test_a_circle_is_named_in_the_order_of_waiting() -> None:
    names = {1: "before", 2: "A", 3: "B", 4: "C", 5: "behind"}
    with pytest.raises(Cycle) as caught:
        order_of(names, [Edge(1, 2), Edge(2, 3), Edge(3, 4), Edge(4, 2), Edge(4, 5)])
    assert caught.value.names == ("A", "B", "C")


def test_centuries_end_at_the_edge_of_the_calendar() -> None:
    rows = [Activity(n, str(n), 3660) for n in range(300)]
    found = schedule(rows, [Edge(n, n + 1) for n in range(299)], BEGINS, FAR)
    assert found.rows[0].latest_start == dt.date.min
    assert found.short == 300 * 3660 - ((FAR - BEGINS).days + 1)


@st.composite
def nets(draw: st.DrawFn) -> tuple[list[Activity], list[Edge]]:
    """Up to twelve activities in a random order, edges from earlier to later ones only."""
    count = draw(st.integers(1, 12))
    keys = draw(st.permutations(range(count)))
    days = st.one_of(st.none(), st.integers(1, 40))
    rows = [Activity(key, f"T{key}", draw(days)) for key in range(count)]
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=25)) if pairs else []
    return rows, [Edge(keys[a], keys[b], draw(st.integers(0, 9))) for a, b in chosen]


def graph_of(rows: list[Activity], edges: list[Edge]) -> nx.DiGraph:
    """Each activity as an arc of its days from its start to its end; each edge as an arc of the days between."""
    graph = nx.DiGraph()
    for one in rows:
        graph.add_edge((one.key, "start"), (one.key, "end"), weight=one.days or 0)
        graph.add_edge("begin", (one.key, "start"), weight=0)
        graph.add_edge((one.key, "end"), "finish", weight=0)
    for edge in edges:
        graph.add_edge((edge.before, "end"), (edge.after, "start"), weight=edge.lag)
    return graph


def longest(graph: nx.DiGraph, begin: object, end: object) -> int:
    """The longest path between two points, by networkx alone."""
    within = nx.descendants(graph, begin) & nx.ancestors(graph, end) | {begin, end}
    return int(nx.dag_longest_path_length(graph.subgraph(within)))


def run_of(found: Schedule, rows: list[Activity], edges: list[Edge]) -> int:
    """The days of the critical chain with those between."""
    lags = {(edge.before, edge.after): edge.lag for edge in edges}
    between = sum(lags[pair] for pair in zip(found.chain, found.chain[1:], strict=False))
    return between + sum(rows[key].days or 0 for key in found.chain)


@given(nets())
def test_dates_are_those_of_the_longest_path(net: tuple[list[Activity], list[Edge]]) -> None:
    rows, edges = net
    graph = graph_of(rows, edges)
    found = schedule(rows, edges, BEGINS, FAR)
    for one in rows:
        row, start = found.rows[one.key], (one.key, "start")
        assert (row.earliest_start - BEGINS).days == longest(graph, "begin", start)
        assert (FAR - row.latest_start).days + 1 == longest(graph, start, "finish")


@given(nets(), st.integers(1, 400))
def test_the_critical_chain_is_a_longest_path_and_tells_the_shortfall(
    net: tuple[list[Activity], list[Edge]], room: int
) -> None:
    rows, edges = net
    length = nx.dag_longest_path_length(graph_of(rows, edges))
    found = schedule(rows, edges, BEGINS, BEGINS + dt.timedelta(days=room - 1))
    assert found.short == max(0, length - room)
    if found.chain:
        assert run_of(found, rows, edges) == length
        assert {found.rows[key].slack for key in found.chain} == {room - length}


@given(nets(), st.data())
def test_a_circle_is_found_exactly_where_networkx_finds_one(
    net: tuple[list[Activity], list[Edge]], data: st.DataObject
) -> None:
    rows, edges = net
    keys = st.sampled_from([one.key for one in rows])
    more = [Edge(data.draw(keys), data.draw(keys)) for _number in range(3)]
    all_edges = [edge for edge in [*edges, *more] if edge.before != edge.after]
    graph = nx.DiGraph([(edge.before, edge.after) for edge in all_edges])
    names = {one.key: one.name for one in rows}
    if nx.is_directed_acyclic_graph(graph):
        assert sorted(order_of(names, all_edges)) == sorted(names)
        return
    with pytest.raises(Cycle) as caught:
        order_of(names, all_edges)
    circle = [int(name[1:]) for name in caught.value.names]
    assert all(graph.has_edge(a, b) for a, b in zip(circle, [*circle[1:], circle[0]], strict=True))
