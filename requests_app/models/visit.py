"""Visits: slots of a zone's desks, the households that come to them, and what they come for."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from requests_app.models.application import Application
from requests_app.models.staff import Officer
from requests_app.models.zones import Zone
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.visits import COMING, FIRST_WORKING_DAY, HOLDS_PLACE, VisitState
from requests_app.vault.fields import EncryptedTextField, KeyedHashField


class Slot(models.Model):
    """So many visits that may begin at one moment. A trigger on visits keeps `booked`; it never exceeds `capacity`.

    `label` is the letter of the slot within its day (WIB): visit "C2" has the second place of the third slot.
    A slot that is not open (holiday, closure, other hours) takes nobody; its visits are moved by the clock.
    """

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="slots", db_index=False)
    day = models.DateField("hari (WIB)")
    label = models.CharField("huruf", max_length=2)
    starts_at = models.DateTimeField("mulai")
    ends_at = models.DateTimeField("selesai")
    capacity = models.PositiveSmallIntegerField("kapasitas")
    booked = models.PositiveSmallIntegerField("terisi", default=0)
    is_open = models.BooleanField("dibuka", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "slot"
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "starts_at"], name="slot_once"),
            models.UniqueConstraint(fields=["zone", "day", "label"], name="slot_letter_once_a_day"),
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="slot_never_overbooked"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(
                fields=["zone", "starts_at"], condition=Q(is_open=True, booked__lt=F("capacity")), name="slots_free"
            ),
            models.Index(fields=["starts_at"], condition=Q(is_open=False, booked__gt=0), name="slots_to_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @classmethod
    def offered(cls, zone: Zone, *, now: datetime) -> "models.QuerySet[Slot]":
        """Free places that may be offered now, earliest first: open, and from two working days ahead."""
        first = zone.opening(now=now).first_day_offered(local_date(now), FIRST_WORKING_DAY)
        free = cls.objects.filter(zone=zone, is_open=True, booked__lt=F("capacity"))
        return free.filter(starts_at__gte=start_of_day(first)).order_by("starts_at")


class Visit(models.Model):
    """One household at one zone's desk: by invitation in a slot, or as a walk-in that an officer allowed.

    `code` opens the invitation (sealed; found by its keyed hash). `respond_by`: an invitation that nobody confirms
    until then lapses. `turn`: the first, second or third invitation of these applications. `people`: how many come in.
    `protocol` holds the ids of the ProtocolItem lines that were ticked at the counter.
    """

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="visits", db_index=False)
    slot = models.ForeignKey(Slot, models.PROTECT, null=True, related_name="visits")
    seat = models.PositiveSmallIntegerField(null=True)
    state = models.CharField("keadaan", max_length=12, choices=[(s.value, s.label) for s in VisitState])
    household_hash = KeyedHashField(null=False)
    code = EncryptedTextField()
    code_hash = KeyedHashField()
    day = models.DateField("hari (WIB)")
    starts_at = models.DateTimeField("mulai")
    number = models.CharField("nomor antrean", max_length=6)
    turn = models.PositiveSmallIntegerField("undangan ke", default=1)
    people = models.PositiveSmallIntegerField("orang", default=1)
    invited_at = models.DateTimeField(null=True)
    respond_by = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    desk = models.PositiveSmallIntegerField("loket", null=True)
    ended_at = models.DateTimeField(null=True)
    is_walk_in = models.BooleanField("datang langsung", default=False)
    allowed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    allow_reason = EncryptedTextField()
    protocol = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "kunjungan"
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], name="visit_code_once"),
            models.UniqueConstraint(
                fields=["zone", "day", "number"], condition=Q(state__in=HOLDS_PLACE), name="visit_number_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(is_walk_in=False, slot__isnull=False, code_hash__isnull=False, allowed_by__isnull=True)
                | (Q(is_walk_in=True, slot__isnull=True, allowed_by__isnull=False) & ~Q(allow_reason=b"")),
                name="visit_is_invited_or_allowed",
            ),
            models.CheckConstraint(
                condition=~Q(state=VisitState.INVITED) | Q(respond_by__isnull=False), name="invitation_has_its_term"
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "day", "starts_at"], name="visits_of_a_day"),
            models.Index(fields=["respond_by"], condition=Q(state=VisitState.INVITED), name="invitations_to_lapse"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="visits_to_remind"),
            models.Index(fields=["starts_at"], condition=Q(state__in=COMING), name="visits_coming"),
            models.Index(fields=["household_hash"], condition=Q(state__in=COMING), name="visits_of_household"),
            models.Index(fields=["zone"], condition=Q(state=VisitState.CHECKED_IN), name="visits_inside"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.day} {self.number}"


class VisitPerson(models.Model):
    """A person that a visit is for. `coming` follows the visit's state by a trigger: nobody is on two coming visits."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="persons", db_index=False)
    nik_hash = KeyedHashField(null=False)
    coming = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "nik_hash"], name="person_once_a_visit"),
            models.UniqueConstraint(fields=["nik_hash"], condition=Q(coming=True), name="one_coming_visit_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} person {self.pk}"


class VisitApplication(models.Model):
    """An application that a visit serves. `originals`: codes of the documents whose originals the desk has seen.

    `signature`: what was drawn on the tablet, as SVG path data; empty when somebody signed on paper. `outcome` is
    empty until the desk or the clock is done with it: completed, recorded, kept (stays in review), missed, or dropped
    (withdrawn, annulled, taken back).
    """

    OUTCOMES = [
        ("completed", "selesai"),
        ("recorded", "sudah direkam"),
        ("kept", "dilanjutkan"),
        ("missed", "tidak hadir"),
        ("dropped", "dilepas"),
    ]

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="services", db_index=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    coming = models.BooleanField(default=False, editable=False)
    originals = models.JSONField(default=list)
    signed_by = EncryptedTextField()
    signature = EncryptedTextField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    served_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "layanan kunjungan"
        constraints = [
            models.UniqueConstraint(fields=["visit", "application"], name="application_once_a_visit"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(coming=True), name="one_coming_visit_per_application"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.application_id}"
