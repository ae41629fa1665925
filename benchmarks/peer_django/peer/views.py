"""List, detail and search: rows by guardian, fields by the reader's kind, every look logged."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user
from rest_framework import generics, serializers
from rest_framework.response import Response

from peer.models import Incident, Person

#: Fields that a business does not see, and those it sees coarsened.
HIDDEN = frozenset({"address", "latitude", "longitude", "crime_reference", "cad_reference", "risk_score"})
DAY_ONLY = frozenset({"occurred", "occurred_until"})


class PersonSerializer(serializers.ModelSerializer):
    """A person without what a business may not see."""

    class Meta:
        """What leaves."""

        model = Person
        fields = ("category", "given_name", "family_name", "date_of_birth", "clothing", "phone")

    def to_representation(self, instance: Person) -> dict:
        """Drop identity and contact for businesses."""
        shown = super().to_representation(instance)
        if self.context["business"]:
            for name in ("given_name", "family_name", "date_of_birth", "phone"):
                shown.pop(name)
        return shown


class IncidentSerializer(serializers.ModelSerializer):
    """An incident without what the reader's kind may not see."""

    class Meta:
        """Every field; hiding happens per reader."""

        model = Incident
        fields = "__all__"

    def to_representation(self, instance: Incident) -> dict:
        """Hide and coarsen for businesses."""
        shown = super().to_representation(instance)
        if self.context["business"]:
            for name in HIDDEN:
                shown.pop(name)
            for name in DAY_ONLY:
                shown[name] = shown[name][:10] if shown[name] else None
        return shown


class DetailSerializer(IncidentSerializer):
    """The same with the persons on it."""

    persons = PersonSerializer(many=True)


class _Seen:
    serializer_class = IncidentSerializer

    def get_queryset(self) -> QuerySet:
        """Rows that guardian lets this user see."""
        seen = get_objects_for_user(self.request.user, "peer.view_incident", with_superuser=False)
        return seen.select_related("owner")

    def get_serializer_context(self) -> dict:
        """Whether the reader is a business."""
        return {
            **super().get_serializer_context(),
            "business": self.request.user.username.startswith("business"),
        }

    def log(self, incidents: list[Incident]) -> None:
        """One access entry for each row shown."""
        kind = ContentType.objects.get_for_model(Incident)
        LogEntry.objects.bulk_create(
            LogEntry(
                content_type=kind,
                object_pk=str(incident.pk),
                object_id=incident.pk,
                object_repr="incident",
                action=LogEntry.Action.ACCESS,
                actor=self.request.user,
            )
            for incident in incidents
        )


class IncidentList(_Seen, generics.ListAPIView):
    """The newest 50 that the reader may see; `?q=` searches the text."""

    def list(self, request, *args, **kwargs):
        """Fifty rows, each logged."""
        found = self.get_queryset()
        if words := request.query_params.get("q"):
            found = found.filter(account__icontains=words)
        rows = list(found[:50])
        self.log(rows)
        return Response({"results": self.get_serializer(rows, many=True).data})


class IncidentDetail(_Seen, generics.RetrieveAPIView):
    """One incident with its persons, logged."""

    serializer_class = DetailSerializer

    def get_queryset(self) -> QuerySet:
        """With the persons."""
        return super().get_queryset().prefetch_related("persons")

    def get_object(self) -> Incident:
        """The row, with its entry in the log."""
        incident = super().get_object()
        self.log([incident])
        return incident
