"""Where the peer's views are."""

from django.urls import path

from peer.views import IncidentDetail, IncidentList

urlpatterns = [
    path("incidents", IncidentList.as_view()),
    path("incidents/<int:pk>", IncidentDetail.as_view()),
]
