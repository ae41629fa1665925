"""An incident with as many fields as Concordat's list shows, and a person on it."""

from auditlog.registry import auditlog
from django.contrib.auth.models import Group
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class Incident(models.Model):
    """One incident, owned by an agency (a group)."""

    owner = models.ForeignKey(Group, on_delete=models.PROTECT)
    reference = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    marking = models.CharField(max_length=20)
    recorded_at = models.DateTimeField(db_index=True)
    recorded_by = models.CharField(max_length=80)
    crime_type = models.CharField(max_length=40)
    offence_class = models.CharField(max_length=10)
    occurred = models.DateTimeField()
    occurred_until = models.DateTimeField(null=True)
    weapon = models.CharField(max_length=20)
    violence = models.BooleanField()
    loss = models.BigIntegerField(null=True)
    goods = models.JSONField(default=list)
    method = models.JSONField(default=list)
    recovered = models.BooleanField()
    outcome = models.CharField(max_length=40)
    prosecution_supported = models.BooleanField()
    evidence_until = models.DateField(null=True)
    address = models.CharField(max_length=200)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    ward = models.CharField(max_length=80)
    place_kind = models.CharField(max_length=20)
    account = models.TextField()
    crime_reference = models.CharField(max_length=40)
    cad_reference = models.CharField(max_length=40)
    risk_score = models.IntegerField(null=True)

    class Meta:
        """Newest first, as the list shows them."""

        ordering = ("-recorded_at", "-id")


class Person(models.Model):
    """A person on an incident."""

    incident = models.ForeignKey(Incident, related_name="persons", on_delete=models.CASCADE)
    category = models.CharField(max_length=12)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    date_of_birth = models.DateField(null=True)
    clothing = models.JSONField(default=list)
    phone = models.CharField(max_length=20)


class IncidentUserObjectPermission(UserObjectPermissionBase):
    """Guardian's direct foreign keys: what its manual advises where there are many rows."""

    content_object = models.ForeignKey(Incident, on_delete=models.CASCADE)


class IncidentGroupObjectPermission(GroupObjectPermissionBase):
    """The same for groups: an agreement's parties, or one agency."""

    content_object = models.ForeignKey(Incident, on_delete=models.CASCADE)


auditlog.register(Incident)
