"""An application: one request for one service by one person."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from requests_app.models.places import Kelurahan
from requests_app.models.staff import Officer
from requests_app.models.zones import Zone
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.statuses import OPEN_STATUSES, Status
from requests_app.vault.fields import EncryptedJSONField, EncryptedTextField, KeyedHashField

HOLDS_KEY = sorted(OPEN_STATUSES - {Status.HELD_DUPLICATE})


class Application(models.Model):
    """What was asked and where it stands. The name stays searchable (docs/decisions); the rest of the person is sealed.

    `answers` is the whole form as flat keys (rules/catalogue.py). `first_due_at` is the due moment of the first
    round and orders the queue; `due_at` that of the current round. `waiting_until` is the citizen's own term
    (correction 14 days, recording 90 days). `next_invite_at`: when the clock tries (again) to invite to a visit, and
    `invite_trouble` why it could not the last time. `depends_on`: a KTP-el change that waits for its
    family card. `phone_proven_at`: a message with our code came from this phone.
    """

    number = models.CharField("nomor", max_length=20)
    service = models.CharField("layanan", max_length=20, choices=[(s.value, s.label) for s in Service])
    reason = models.CharField("alasan", max_length=30, choices=[(r.value, r.label) for r in Reason])
    status = models.CharField("status", max_length=20, choices=[(s.value, s.label) for s in Status])
    round = models.PositiveSmallIntegerField("putaran", default=1)
    name = models.CharField("nama", max_length=120)
    nik = EncryptedTextField()
    nik_hash = KeyedHashField()
    kk_number = EncryptedTextField()
    kk_hash = KeyedHashField()
    address = EncryptedTextField()
    answers = EncryptedJSONField()
    key_hash = KeyedHashField(null=False)
    kelurahan = models.ForeignKey(Kelurahan, models.PROTECT, db_index=False)
    zone = models.ForeignKey(Zone, models.PROTECT, verbose_name="zona", db_index=False)
    contact = models.CharField("kanal", max_length=10)
    phone = EncryptedTextField()
    phone_hash = KeyedHashField()
    phone_owner = EncryptedTextField()
    phone_proven_at = models.DateTimeField(null=True)
    email = EncryptedTextField()
    email_hash = KeyedHashField()
    secret_hash = KeyedHashField()
    channel = models.CharField("jalur", max_length=10, default="online")
    draft_id = models.UUIDField(unique=True, editable=False)
    privacy_version = models.CharField(max_length=20)
    statement_version = models.CharField(max_length=20)
    submitted_at = models.DateTimeField("masuk")
    first_due_at = models.DateTimeField("tenggat pertama")
    due_at = models.DateTimeField("tenggat")
    lease_officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="leases", db_index=False)
    lease_until = models.DateTimeField(null=True)
    skipped_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    not_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    waiting_until = models.DateTimeField(null=True)
    next_reminder_at = models.DateTimeField(null=True)
    next_invite_at = models.DateTimeField(null=True)
    invite_trouble = models.CharField("undangan tertahan", max_length=12, blank=True)
    missed_visits = models.PositiveSmallIntegerField(default=0)
    depends_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="dependents")
    registered_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "permohonan"
        # Every index costs each submission: only what a page or the clock reads has one (docs/decisions/0009).
        constraints = [
            models.UniqueConstraint(fields=["number"], name="application_number_once"),
            models.UniqueConstraint(
                fields=["service", "key_hash"], condition=Q(status__in=HOLDS_KEY), name="one_open_application_per_key"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.IN_REVIEW, lease_officer__isnull=False, lease_until__isnull=False)
                | (~Q(status=Status.IN_REVIEW) & Q(lease_officer__isnull=True, lease_until__isnull=True)),
                name="in_review_means_leased",
            ),
        ]
        indexes = [
            models.Index(
                fields=["first_due_at", "submitted_at", "id"], condition=Q(status=Status.SUBMITTED), name="queue"
            ),
            models.Index(fields=["lease_until"], condition=Q(status=Status.IN_REVIEW), name="leases"),
            models.Index(fields=["lease_officer"], condition=Q(lease_officer__isnull=False), name="leases_of_officer"),
            models.Index(fields=["waiting_until"], condition=Q(waiting_until__isnull=False), name="waiting"),
            models.Index(fields=["next_reminder_at"], condition=Q(next_reminder_at__isnull=False), name="reminders"),
            models.Index(fields=["next_invite_at"], condition=Q(next_invite_at__isnull=False), name="invitations_due"),
            models.Index(fields=["status", "-submitted_at", "-id"], name="by_status"),
            models.Index(fields=["-submitted_at", "-id"], name="newest"),
            models.Index(fields=["service", "key_hash"], condition=Q(status=Status.HELD_DUPLICATE), name="held_by_key"),
            models.Index(fields=["nik_hash"], name="by_nik"),
            models.Index(fields=["phone_hash"], condition=Q(phone_hash__isnull=False), name="by_phone"),
            models.Index(fields=["email_hash"], condition=Q(email_hash__isnull=False), name="by_email"),
            models.Index(
                fields=["first_due_at"],
                condition=Q(status__in=[Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW]),
                name="undecided",
            ),
            models.Index(
                fields=["first_due_at", "submitted_at", "id"],
                condition=Q(status=Status.WAITING_FOR_BLANK),
                name="waiting_for_blanks",
            ),
            models.Index(
                fields=["decided_at"],
                condition=Q(status=Status.APPROVED, service=Service.KTP_EL),
                name="cards_approved",
            ),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="by_name"),
        ]

    def __str__(self) -> str:
        return self.number
