"""Operations on programmes, pilot areas, contacts and leading groups. Loading the reference data is named here too."""

from pilots.services.loading import (
    batch_ids,
    link_divisions,
    load_batches,
    load_contact_forms,
    load_pilots,
    load_programmes,
    load_routes,
    load_selection_limits,
    programme_ids,
)

__all__ = [
    "batch_ids",
    "link_divisions",
    "load_batches",
    "load_contact_forms",
    "load_pilots",
    "load_programmes",
    "load_routes",
    "load_selection_limits",
    "programme_ids",
]
