"""Pages about people, under /people/."""

from __future__ import annotations

from django.urls import path

from staff.views import acts, entrance, handing_over, people

app_name = "staff"
urlpatterns = [
    path("", people.PeopleView.as_view(), name="people"),
    path("no-role/", entrance.NoRoleView.as_view(), name="no-role"),
    path("demo-login/", entrance.DemoLoginView.as_view(), name="demo-login"),
    path("unit/<uuid:uid>/", people.UnitPeopleView.as_view(), name="unit"),
    path("unit/<uuid:uid>/invite/", acts.InviteView.as_view(), name="invite"),
    path("unit/<uuid:uid>/exemption/", acts.ExemptionGrantView.as_view(), name="exemption-grant"),
    path("unit/<uuid:uid>/exemption/end/", acts.ExemptionEndView.as_view(), name="exemption-end"),
    path("person/<uuid:uid>/", people.PersonView.as_view(), name="person"),
    path("person/<uuid:uid>/deactivate/", acts.DeactivateView.as_view(), name="person-deactivate"),
    path("person/<uuid:uid>/reactivate/", acts.ReactivateView.as_view(), name="person-reactivate"),
    path("person/<uuid:uid>/hand-over/", handing_over.HandOverActView.as_view(), name="person-hand-over"),
    path("person/<uuid:uid>/mail-address/", acts.AddressView.as_view(), name="person-email"),
    path("person/<uuid:uid>/phone/", acts.PhoneView.as_view(), name="person-phone"),
    path("person/<uuid:uid>/phone/reveal/", acts.PhoneRevealView.as_view(), name="person-phone-reveal"),
    path("membership/<uuid:uid>/move/", acts.MoveView.as_view(), name="membership-move"),
    path("membership/<uuid:uid>/end/", acts.EndView.as_view(), name="membership-end"),
    path("handover/", handing_over.HandOverListView.as_view(), name="handovers"),
    path("handover/mine/", handing_over.OwnHoldingsView.as_view(), name="handover-mine"),
    path("handover/<uuid:uid>/", handing_over.HandOverView.as_view(), name="handover"),
    path("handover/<uuid:uid>/pack.xlsx", handing_over.HandOverWorkbookView.as_view(), name="handover-xlsx"),
]
