"""What stands on the tree of places and the set of pilot areas is told when either has changed.

Places, their parents and pilot areas enter only by the lists that are brought in (and their undoing) and the
reference data; both call `changed` at the end, in the same transaction. Apps above say what is then to be done.
"""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def listen(listener: Callable[[], None]) -> None:
    """Called once for each, when the app that has it is ready."""
    if listener not in _listeners:
        _listeners.append(listener)


def changed() -> None:
    """Places, parents or pilot areas are not what they were."""
    for listener in _listeners:
        listener()
