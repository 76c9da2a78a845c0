"""What citizens write to a zone's number: conversations, their messages, and proof by sending a code."""

import uuid

from django.db import models
from django.db.models import Q

from requests_app.models.application import Application
from requests_app.models.notice import Notice
from requests_app.models.staff import Officer
from requests_app.models.zones import Zone
from requests_app.vault.fields import EncryptedTextField, KeyedHashField


class Conversation(models.Model):
    """One person and one zone's number. Until `window_until` (24 hours after their last message) we may write freely.

    `phone_hash` is null for whoever hides the number; then `user_hash` (of Meta's own id for the person) tells who it
    is, and nothing can be sent to them but through the provider's answer.
    """

    zone = models.ForeignKey(Zone, models.PROTECT)
    phone = EncryptedTextField()
    phone_hash = KeyedHashField()
    user_hash = KeyedHashField()
    window_until = models.DateTimeField()
    last_heard_at = models.DateTimeField()
    waits_since = models.DateTimeField("menunggu jawaban sejak", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "percakapan"
        constraints = [
            models.UniqueConstraint(fields=["zone", "phone_hash"], name="one_conversation_a_phone"),
            models.UniqueConstraint(fields=["zone", "user_hash"], name="one_conversation_a_user"),
            models.CheckConstraint(
                condition=Q(phone_hash__isnull=False) | Q(user_hash__isnull=False), name="conversation_with_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["phone_hash", "-window_until"], name="windows_of_phone"),
            models.Index(fields=["zone", "waits_since"], condition=Q(waits_since__isnull=False), name="inbox_of_zone"),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class InboundMessage(models.Model):
    """One message that somebody sent to a zone's number; what it asked for, and the reply that it got.

    `needs_officer`: nothing that is answered at once answers all of it, so its conversation waits for somebody.
    """

    INTENTS = [
        ("status", "tanya status"),
        ("report", "lapor"),
        ("proof", "bukti nomor"),
        ("thanks", "terima kasih"),
        ("free", "pertanyaan"),
        ("other", "bukan teks"),
    ]

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="messages", db_index=False)
    provider_id = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField("dikirim")
    received_at = models.DateTimeField("diterima")
    text = EncryptedTextField()
    intent = models.CharField("maksud", max_length=10, choices=INTENTS)
    needs_officer = models.BooleanField("perlu petugas", default=False)
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="inbound", db_index=False)
    reply = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "pesan masuk"
        indexes = [models.Index(fields=["conversation", "id"], name="messages_of_conversation")]

    def __str__(self) -> str:
        return f"inbound {self.pk}"


class InboxNote(models.Model):
    """What an officer did about a conversation that waited: replied, or closed it without a reply."""

    ACTS = [("replied", "dijawab"), ("closed", "ditutup tanpa jawaban")]

    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="notes")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=10, choices=ACTS)
    reply = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.act}"


class SentProof(models.Model):
    """A one-time code that the citizen sends to the zone's number: whoever's phone it comes from holds that phone.

    Only the browser that asked for it may use it (`id` stands in its session); `proven_at`: it came from the
    application's own number, sent before `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="sent_proofs", db_index=False)
    code_hash = KeyedHashField(null=False, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["application", "-created_at"], name="sent_proofs_of_application"),
            models.Index(fields=["expires_at"], name="sent_proofs_to_forget"),
        ]

    def __str__(self) -> str:
        return f"sent proof {self.application_id}"
