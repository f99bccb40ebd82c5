"""All offices that stand without any pilot: departments, province-level senders, Luzhou's own.

The offices of the loaded pilots come from `pilots.reference.offices`, which stands above.
"""

from units.reference.departments import departments
from units.reference.luzhou import luzhou_offices
from units.reference.records import OfficeRecord
from units.reference.senders import senders


def offices() -> list[OfficeRecord]:
    return [*departments(), *senders(), *luzhou_offices()]
