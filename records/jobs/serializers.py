"""Long jobs as the API shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from records.jobs.asking import Act, acts_for
from records.jobs.kinds import kind_named
from records.models import Job, JobState


class JobAct(serializers.Serializer[Act]):
    """What this person may do with it now."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the label of this one
    hint = serializers.CharField()


class JobAsker(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()


class JobRow(serializers.Serializer[Job]):
    """A long job in a list. `done` of `total` steps; `total` is 0 before it knows."""

    uid = serializers.UUIDField()
    kind = serializers.CharField()
    kind_label = serializers.SerializerMethodField()
    about = serializers.CharField(source="label", help_text="What it is about, in the words of who asked.")
    state = serializers.ChoiceField(choices=JobState.choices)
    state_label = serializers.CharField(source="state.label")
    cancel_asked = serializers.SerializerMethodField(help_text="It stops at its next step.")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    asked_by = JobAsker(source="hat.user")
    asked_at = serializers.DateTimeField(source="created_at")
    ended_at = serializers.DateTimeField(allow_null=True)

    def get_kind_label(self, job: Job) -> str:
        kind = kind_named(job.kind)
        return str(kind.label) if kind else job.kind

    def get_cancel_asked(self, job: Job) -> bool:
        return job.cancel_asked_at is not None


class JobDetail(JobRow):
    """One long job: how far it is, how it ended, what may be done with it."""

    begun_at = serializers.DateTimeField(source="claimed_at", allow_null=True)
    error = serializers.CharField(help_text="Why it failed, in words; empty where it did not.")
    result = serializers.JSONField(help_text="Figures of what it did; empty before it is done.")
    path = serializers.CharField(help_text="The page where its outcome is to be seen; empty where there is none.")
    again_of = serializers.UUIDField(source="again_of.uid", allow_null=True, default=None)
    actions = serializers.SerializerMethodField()

    @extend_schema_field(JobAct(many=True))
    def get_actions(self, job: Job) -> Any:
        acts: Any = acts_for(job, self.context["actor"])
        return JobAct(acts, many=True).data
