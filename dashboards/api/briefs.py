"""The API's rooms of leaders' briefs, and the meeting pack as a PDF."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import packs
from dashboards.packs import Choice
from dashboards.papers import pack_pdf
from dashboards.serializers.briefs import OfficeBriefOut, PackIn, PilotBriefOut
from dashboards.tallies import VIEW
from dashboards.views.briefs import handed_out
from portal.api_schema import refuses
from portal.api_views import ApiView
from portal.errors import BadInput

PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class Paper(BaseRenderer):
    """Says to clients that a room answers with a PDF; the view makes it itself."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class PilotBriefRoom(ApiView):
    action_needed = VIEW
    serializer_class = PilotBriefOut

    @extend_schema(operation_id="brief_pilot")
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What a leader's brief says of a pilot area: targets worst first, last report, tasks; `pdf` is the paper."""
        brief = packs.pilot_brief(self.actor, uid)
        return Response(PilotBriefOut(brief, context={"meant": brief.meant}).data)


class OfficeBriefRoom(ApiView):
    action_needed = VIEW
    serializer_class = OfficeBriefOut

    @extend_schema(operation_id="brief_office")
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What a leader's brief says of an office with pilot areas below it: your own, or one that compiles for it."""
        brief = packs.office_brief(self.actor, uid)
        return Response(OfficeBriefOut(brief, context={"meant": brief.meant}).data)


class MeetingPack(ApiView):
    action_needed = VIEW
    renderer_classes = (Paper, JSONRenderer)
    query_parameters = ("pilot", "office", "overview")

    @extend_schema(
        operation_id="meeting_pack_read", parameters=[PackIn], responses=PDF, extensions=refuses(400, 404, 422)
    )
    def get(self, request: Request, **kwargs: Any) -> FileResponse:
        """Several briefs as one PDF with a list of contents, each on a page of its own, in the order you name them.

        None at all, and more than forty, are refused (422).
        """
        given = PackIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        choice = Choice(data.get("pilot", ()), data.get("office", ()), data["overview"])
        try:
            sheets = packs.pack(self.actor, choice)
        except BadInput as error:  # each value is as it should be, all together are too many or none
            raise error.known_as(error.code, 422) from error
        return handed_out(pack_pdf(sheets, self.actor), f"{_('Meeting pack')} {sheets[0].day.isoformat()}.pdf")
