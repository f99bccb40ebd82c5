"""The API's rooms for the history of acts, one's own notices, imports and webhooks."""

from records.api.history import EventList, EventPages
from records.api.notices import NoticeList, NoticeRead, NoticesRead

__all__ = ["EventList", "EventPages", "NoticeList", "NoticeRead", "NoticesRead"]
