"""Pure functions over routes and lists."""

from __future__ import annotations

from collections.abc import Mapping


class CircularRoute(ValueError):
    """A route that leads back to where it began."""


def chain(sender: int, first: int, next_up: Mapping[int, int]) -> list[int]:
    """The units above `sender` in order: its receiver `first`, then whoever each receiver compiles for.

    `next_up` maps a compiler to its receiver. Raises CircularRoute when the way leads in a circle.
    """
    above, at = [], first
    while at:
        if at in above or at == sender:
            raise CircularRoute(f"route of unit {sender} comes back to {at}")
        above.append(at)
        at = next_up.get(at, 0)
    return above
