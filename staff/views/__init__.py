"""Pages: the way in (`entrance`), looking (`people`), doing (`acts`), the machinery (`operations`)."""

from staff.views.entrance import HatView
from staff.views.operations import OperationsView

__all__ = ["HatView", "OperationsView"]
