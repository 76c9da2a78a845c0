"""Proof that somebody holds the phone, the e-mail or the receipt of an application; and limits against guessing."""

import uuid

from django.db import models
from django.db.models import Q

from requests_app.models.application import Application
from requests_app.models.notice import Notice
from requests_app.vault.fields import KeyedHashField


class ProofCode(models.Model):
    """A one-time code or one-time link: its keyed hash, five tries, used at most once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="proofs", db_index=False)
    value_hash = KeyedHashField(null=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["application", "-created_at"], name="proofs_of_application"),
            models.Index(fields=["expires_at"], name="proofs_to_forget"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=5), name="five_tries"),
        ]

    def __str__(self) -> str:
        return f"code {self.application_id}"


class DraftCode(models.Model):
    """A one-time code that moves a draft to the device where it is typed, together with the phone it was sent to.

    `draft` is the id under which the asking device knows the draft. The move gives the draft another id, so the row
    then tells that device where its draft went (`used_at`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.UUIDField(db_index=True)
    phone_hash = KeyedHashField(null=False)
    value_hash = KeyedHashField(null=False)
    notice = models.OneToOneField(Notice, models.PROTECT)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash", "-created_at"], name="draft_codes_of_phone"),
            models.Index(fields=["expires_at"], name="draft_codes_to_forget"),
        ]
        constraints = [models.CheckConstraint(condition=Q(tries__lte=5), name="five_tries_a_draft_code")]

    def __str__(self) -> str:
        return f"draft code {self.created_at:%Y-%m-%d}"


class LimitCounter(models.Model):
    """How often something was done in a window of time, per keyed hash of an address, phone or number."""

    scope = models.CharField(max_length=30)
    subject = KeyedHashField(null=False)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "subject", "window_start"], name="limit_window")]
        indexes = [models.Index(fields=["window_start"], name="limits_to_forget")]

    def __str__(self) -> str:
        return self.scope
