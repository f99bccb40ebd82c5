"""Addresses of the pages about plans, tasks and progress."""

from django.urls import path

from plans.views.annual import (
    AnnualActView,
    AnnualBeginView,
    AnnualDiscardView,
    AnnualDrawView,
    AnnualsView,
    AnnualView,
)
from plans.views.annual_rows import AnnualEditView
from plans.views.arranging import ArrangeView, NeedAddView, NeedEndView, NodeAddView, NodeRemoveView, NodeView
from plans.views.assessments import AssessmentsBookView, AssessmentsView, AssessmentView
from plans.views.changes import (
    ChangeActView,
    ChangeEditView,
    ChangeNewView,
    ChangeOriginalNewView,
    ChangeOriginalView,
    ChangeRowRemoveView,
    ChangeView,
    PlanChangesView,
)
from plans.views.duties import DutiesBookView, DutiesView, DutyReleaseView, TaskDutiesView
from plans.views.editions import (
    EditionDifferencesView,
    EditionsView,
    EditionView,
    OriginalNewView,
    OriginalView,
    PlanActView,
)
from plans.views.fields import FieldAddView, FieldChangeView, FieldsView
from plans.views.guided import (
    GuidedActView,
    GuidedEditView,
    GuidedFileView,
    GuidedNewView,
    GuidedPlansView,
    GuidedPlanView,
)
from plans.views.ledgers import (
    ProjectsBookView,
    ProjectsView,
    RecordAddView,
    RecordChangeView,
    RecordsBookView,
    RecordsView,
    RecordWithdrawView,
)
from plans.views.plans import (
    MultiPlanBookView,
    MultiPlansView,
    MultiPlanView,
    PlanBeginView,
    PlanHeadView,
    PlansView,
    PlanView,
)
from plans.views.progress import BoardView, PlanProgressView, ProgressView, ProvincesView, TaskProgressView
from plans.views.proposing import ChangeRowView, ProposeAddView, ProposeEndView, ProposeHeadView, ProposeView
from plans.views.structure import StructureSetView, StructureView
from plans.views.task_lists import TasksBookView, TasksView
from plans.views.tasks import TaskAddView, TaskEditView, TaskIndicatorsView, TaskRemoveView, TaskView
from plans.views.timelines import CalendarView, TimelineView
from plans.views.workbook import WorkbookFileView, WorkbookView

app_name = "plans"
urlpatterns = [
    path("plans/<uuid:uid>/timeline/", TimelineView.as_view(), name="timeline"),
    path("plans/<uuid:uid>/calendar/", CalendarView.as_view(), name="calendar"),
    path("tasks/<uuid:uid>/arrange/", ArrangeView.as_view(), name="task-arrange"),
    path("tasks/<uuid:uid>/needs/new/", NeedAddView.as_view(), name="need-add"),
    path("tasks/<uuid:uid>/milestones/new/", NodeAddView.as_view(), name="node-add"),
    path("dependencies/<uuid:uid>/remove/", NeedEndView.as_view(), name="need-end"),
    path("milestones/<uuid:uid>/", NodeView.as_view(), name="node"),
    path("milestones/<uuid:uid>/remove/", NodeRemoveView.as_view(), name="node-remove"),
    path("plans/<uuid:uid>/workbook/", WorkbookView.as_view(), name="workbook"),
    path("plans/<uuid:uid>/workbook.xlsx", WorkbookFileView.as_view(), name="workbook-file"),
    path("plans/", PlansView.as_view(), name="plans"),
    path("plans/new/", PlanBeginView.as_view(), name="plan-begin"),
    path("plans/multi-plan/", MultiPlansView.as_view(), name="multi-plans"),
    path("plans/<uuid:uid>/", PlanView.as_view(), name="plan"),
    path("plans/<uuid:uid>/edit/", PlanHeadView.as_view(), name="plan-edit"),
    path("plans/<uuid:uid>/add/", TaskAddView.as_view(), name="task-add"),
    path("plans/<uuid:uid>/multi-plan/", MultiPlanView.as_view(), name="multi-plan"),
    path("plans/<uuid:uid>/multi-plan.xlsx", MultiPlanBookView.as_view(), name="multi-plan-book"),
    path("plans/<uuid:uid>/board/", BoardView.as_view(), name="board"),
    path("plans/<uuid:uid>/progress/", PlanProgressView.as_view(), name="plan-progress"),
    path("progress/", ProgressView.as_view(), name="progress"),
    path("progress/provinces/", ProvincesView.as_view(), name="progress-provinces"),
    path("tasks/", TasksView.as_view(), name="tasks"),
    path("tasks/export/", TasksBookView.as_view(), name="tasks-book"),
    path("tasks/<uuid:uid>/progress/", TaskProgressView.as_view(), name="task-progress"),
    path("tasks/<uuid:uid>/", TaskView.as_view(), name="task"),
    path("tasks/<uuid:uid>/edit/", TaskEditView.as_view(), name="task-edit"),
    path("tasks/<uuid:uid>/remove/", TaskRemoveView.as_view(), name="task-remove"),
    path("tasks/<uuid:uid>/indicators/", TaskIndicatorsView.as_view(), name="task-indicators"),
    path("task-fields/", FieldsView.as_view(), name="fields"),
    path("task-fields/batch/<int:number>/add/", FieldAddView.as_view(), name="field-add"),
    path("task-fields/<uuid:uid>/", FieldChangeView.as_view(), name="field"),
    path("pilots/<uuid:uid>/structure/", StructureView.as_view(), name="structure"),
    path("pilots/<uuid:uid>/structure/new/", StructureSetView.as_view(), name="structure-set"),
    path("plans/<uuid:uid>/act/<slug:name>/", PlanActView.as_view(), name="plan-act"),
    path("plans/<uuid:uid>/original/", OriginalView.as_view(), name="original"),
    path("plans/<uuid:uid>/original/new/", OriginalNewView.as_view(), name="original-new"),
    path("plans/<uuid:uid>/editions/", EditionsView.as_view(), name="editions"),
    path("plans/<uuid:uid>/editions/<int:number>/", EditionView.as_view(), name="edition"),
    path(
        "plans/<uuid:uid>/editions/<int:number>/differences/",
        EditionDifferencesView.as_view(),
        name="edition-differences",
    ),
    path("plans/<uuid:uid>/changes/", PlanChangesView.as_view(), name="changes"),
    path("plans/<uuid:uid>/changes/new/", ChangeNewView.as_view(), name="change-new"),
    path("plans/<uuid:uid>/changes/add/", ProposeAddView.as_view(), name="propose-add"),
    path("plans/<uuid:uid>/changes/head/", ProposeHeadView.as_view(), name="propose-head"),
    path("tasks/<uuid:uid>/propose/", ProposeView.as_view(), name="propose"),
    path("tasks/<uuid:uid>/propose-end/", ProposeEndView.as_view(), name="propose-end"),
    path("plan-changes/<uuid:uid>/", ChangeView.as_view(), name="change"),
    path("plan-changes/<uuid:uid>/edit/", ChangeEditView.as_view(), name="change-edit"),
    path("plan-changes/<uuid:uid>/original/", ChangeOriginalView.as_view(), name="change-original"),
    path("plan-changes/<uuid:uid>/original/new/", ChangeOriginalNewView.as_view(), name="change-original-new"),
    path("plan-changes/<uuid:uid>/rows/<uuid:row>/", ChangeRowView.as_view(), name="change-row"),
    path("plan-changes/<uuid:uid>/rows/<uuid:row>/remove/", ChangeRowRemoveView.as_view(), name="change-row-remove"),
    path("plan-changes/<uuid:uid>/act/<slug:name>/", ChangeActView.as_view(), name="change-act"),
    path("guided-plans/", GuidedPlansView.as_view(), name="guided-plans"),
    path("guided-plans/new/", GuidedNewView.as_view(), name="guided-plan-new"),
    path("guided-plans/<uuid:uid>/", GuidedPlanView.as_view(), name="guided-plan"),
    path("guided-plans/<uuid:uid>/edit/", GuidedEditView.as_view(), name="guided-plan-edit"),
    path("guided-plans/<uuid:uid>/file/", GuidedFileView.as_view(), name="guided-plan-file"),
    path("guided-plans/<uuid:uid>/act/<slug:name>/", GuidedActView.as_view(), name="guided-plan-act"),
    path("plans/<uuid:uid>/records/<slug:ledger>/", RecordsView.as_view(), name="records"),
    path("plans/<uuid:uid>/records/<slug:ledger>.xlsx", RecordsBookView.as_view(), name="records-book"),
    path("plans/<uuid:uid>/records/<slug:ledger>/add/", RecordAddView.as_view(), name="record-add"),
    path("plan-records/<slug:ledger>/<uuid:uid>/change/", RecordChangeView.as_view(), name="record-change"),
    path("plan-records/<slug:ledger>/<uuid:uid>/withdraw/", RecordWithdrawView.as_view(), name="record-withdraw"),
    path("key-projects/", ProjectsView.as_view(), name="projects"),
    path("key-projects.xlsx", ProjectsBookView.as_view(), name="projects-book"),
    path("plans/<uuid:uid>/duties/", DutiesView.as_view(), name="duties"),
    path("plans/<uuid:uid>/duties.xlsx", DutiesBookView.as_view(), name="duties-book"),
    path("tasks/<uuid:uid>/duties/", TaskDutiesView.as_view(), name="task-duties"),
    path("duties/<uuid:uid>/release/", DutyReleaseView.as_view(), name="duty-release"),
    path("plans/<uuid:uid>/annual/", AnnualsView.as_view(), name="annual"),
    path("plans/<uuid:uid>/annual/new/", AnnualBeginView.as_view(), name="annual-begin"),
    path("annual-plans/<uuid:uid>/", AnnualView.as_view(), name="annual-plan"),
    path("annual-plans/<uuid:uid>/edit/", AnnualEditView.as_view(), name="annual-edit"),
    path("annual-plans/<uuid:uid>/draw/", AnnualDrawView.as_view(), name="annual-draw"),
    path("annual-plans/<uuid:uid>/discard/", AnnualDiscardView.as_view(), name="annual-discard"),
    path("annual-plans/<uuid:uid>/act/<slug:name>/", AnnualActView.as_view(), name="annual-act"),
    path("assessments/", AssessmentsView.as_view(), name="assessments"),
    path("assessments.xlsx", AssessmentsBookView.as_view(), name="assessments-book"),
    path("pilots/<uuid:uid>/assessments/<int:year>/", AssessmentView.as_view(), name="assessment"),
]
