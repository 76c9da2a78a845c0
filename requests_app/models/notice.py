"""Notices: one message owed to one person. The row is the outbox."""

import uuid
from datetime import datetime

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q, QuerySet

from requests_app.models.application import Application
from requests_app.models.promise import Promise
from requests_app.models.reference import MessageText
from requests_app.models.staff import Officer
from requests_app.models.visit import Visit
from requests_app.models.zones import Zone
from requests_app.rules.messages import INVITATIONS, REPLY
from requests_app.rules.routes import EVIDENCE, HAND
from requests_app.rules.visits import COMING
from requests_app.vault.fields import EncryptedJSONField, EncryptedTextField, KeyedHashField

WAITING = ["queued", "retry", "unconfirmed", "sending"]
GOES_ON = ["queued", "retry", "unconfirmed", "held"]
"""Without an end yet: there is a moment at which somebody looks again."""
ENDED = ["accepted", "sent", "delivered", "read", "failed", "superseded", "expired", "published"]
OF_A_ZONE = ["whatsapp", HAND, "page"]
# Answers that have not left yet, and would only be told by the number of one zone.
FIRST_INVITATIONS = ["invitation", "invitation_recording"]
NOT_LEFT = ["held", "queued", "retry"]
WITHOUT_APPLICATION = ["draft_code", "number_test", "alert"]


class Notice(models.Model):
    """A message and where it stands.

    queued → sending (leased) → accepted → sent → delivered → read; retry (again at `next_attempt_at`), unconfirmed
    (outcome unknown: a receipt may settle it before the next attempt), failed (this person, this channel), held
    (template or account trouble, or no credentials: nothing was sent), superseded, expired. `published`: for whoever
    looks it up themselves (channel `page`), standing on the tracking page from `next_attempt_at` on.

    Only the code that moves a draft to another device, an admin's test of a zone's number, alerts to supervisors and
    replies to whoever wrote to a number may have no application. `leaves_at`: the moment from which it may leave.
    `recipient_hash`: the keyed hash of the phone it goes to. `evidence`: the best that is known of its arrival.
    What concerns a visit bears it: such a notice leaves from the visit's own zone (a foreign key over both says so), by
    WhatsApp or by hand from that zone's phone, or stands on the tracking page; never by another channel.
    """

    STATES = [
        ("queued", "menunggu"),
        ("sending", "sedang dikirim"),
        ("accepted", "diterima penyedia"),
        ("sent", "terkirim"),
        ("delivered", "sampai di ponsel"),
        ("read", "dibaca"),
        ("retry", "dicoba lagi"),
        ("unconfirmed", "belum pasti"),
        ("failed", "gagal"),
        ("held", "tertunda"),
        ("superseded", "digantikan"),
        ("expired", "kedaluwarsa"),
        ("published", "di halaman lacak"),
    ]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="notices", db_index=False)
    zone = models.ForeignKey(Zone, models.PROTECT, db_index=False)
    promise = models.ForeignKey(Promise, models.PROTECT, null=True, related_name="notices")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="notices")
    purpose = models.CharField("pemberitahuan", max_length=40)
    text = models.ForeignKey(MessageText, models.PROTECT, db_index=False)
    params = EncryptedJSONField()
    check_code = models.CharField(max_length=6)
    channel = models.CharField("kanal", max_length=10)
    recipient = EncryptedTextField()
    recipient_hash = KeyedHashField()
    dedup_key = models.CharField(max_length=120)
    fallback_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="fallbacks")
    priority = models.PositiveSmallIntegerField(default=5)
    state = models.CharField("keadaan", max_length=12, choices=STATES, default="queued")
    created_at = models.DateTimeField("dibuat")
    leaves_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    link_hash = KeyedHashField()
    link_used_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField("percobaan", default=0)
    lease_owner = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=120, null=True)
    accepted_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField("diterima ponsel", null=True)
    read_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error_code = models.CharField("kode gagal", max_length=40, blank=True)
    evidence = models.CharField("bukti", max_length=10, choices=EVIDENCE, blank=True, default="")
    maybe_twice = models.BooleanField("mungkin terkirim dua kali", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "pemberitahuan"
        constraints = [
            models.UniqueConstraint(fields=["check_code"], name="notice_check_code_once"),
            models.UniqueConstraint(fields=["dedup_key"], name="notice_once_per_event"),
            models.UniqueConstraint(fields=["provider_id"], name="notice_provider_id_once"),
            models.CheckConstraint(
                condition=Q(application__isnull=False)
                | Q(purpose__in=WITHOUT_APPLICATION)
                | Q(purpose__startswith=REPLY),
                name="notice_of_an_application",
            ),
            models.CheckConstraint(
                condition=Q(visit__isnull=True) | Q(channel__in=OF_A_ZONE), name="visit_notice_by_its_zone"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED)
                | Q(state="sending", lease_until__isnull=False)
                | Q(state__in=GOES_ON, next_attempt_at__isnull=False),
                name="notice_ends_or_goes_on",
            ),
            models.CheckConstraint(
                condition=~Q(purpose__startswith="invitation") | Q(visit__isnull=False), name="invitation_has_a_visit"
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "zone", "priority", "next_attempt_at"],
                condition=Q(state__in=WAITING),
                name="notices_waiting",
            ),
            models.Index(
                fields=["zone", "priority", "created_at"],
                condition=Q(channel=HAND, state="queued"),
                name="notices_to_send_by_hand",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(purpose__in=FIRST_INVITATIONS, state__in=NOT_LEFT),
                name="invitations_not_left",
            ),
            models.Index(fields=["zone", "-created_at"], condition=Q(purpose="number_test"), name="tests_of_a_number"),
            models.Index(fields=["application", "created_at"], name="notices_of_application"),
            models.Index(
                fields=["state", "-created_at"], condition=Q(state__in=["failed", "held"]), name="notices_stuck"
            ),
            BrinIndex(fields=["created_at"], name="notices_by_time", pages_per_range=16),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.check_code}"

    @classmethod
    def by_hand(cls, zone: Zone, now: datetime) -> QuerySet["Notice"]:
        """What waits to be sent from this zone's phone, without visits that are off and what came too late."""
        wanted = ~Q(purpose__in=INVITATIONS) | Q(visit__state__in=COMING)
        in_time = Q(expires_at=None) | Q(expires_at__gt=now)
        return cls.objects.filter(wanted, in_time, zone=zone, channel=HAND, state="queued", next_attempt_at__lte=now)


class NoticeAttempt(models.Model):
    """One call of the provider; committed before the call is made, so that an unknown outcome leaves a trace.

    What is sent by hand has the officer who sent it, and the number it left from.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="attempts")
    attempt = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    sender = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "attempt"], name="attempt_once")]
        indexes = [models.Index(fields=["started_at"], condition=Q(officer__isnull=False), name="attempts_by_hand")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.attempt}"


class WebhookEvent(models.Model):
    """One item that a provider posted, stored before it is worked on; the same item twice is one row.

    What cannot be worked on has the outcome TROUBLE and stays unprocessed, so that it is never forgotten. So does what
    somebody wrote to a number that is no zone's (NO_ZONE), until a zone has that number, for thirty days.
    """

    TROUBLE = "trouble"
    NO_ZONE = "no_zone"

    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    body = EncryptedJSONField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(processed_at__isnull=True), name="webhooks_to_process"),
            models.Index(fields=["processed_at"], condition=Q(processed_at__isnull=False), name="webhooks_to_forget"),
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"
