"""Where all pilot areas stand today, kept ready: written anew for those concerned, in the act's own transaction."""

from indicators.positions.refreshing import (
    figures_changed,
    meaning_changed,
    rebuild,
    rebuild_all,
    refresh,
    refresh_stale,
)

__all__ = ["figures_changed", "meaning_changed", "rebuild", "rebuild_all", "refresh", "refresh_stale"]
