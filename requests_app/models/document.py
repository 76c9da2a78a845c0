"""An uploaded file that answers a requirement; its pages lie encrypted on disk."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from requests_app.models.application import Application
from requests_app.models.draft import Draft
from requests_app.vault.fields import KeyedHashField


class Document(models.Model):
    """One upload of a draft or an application. `round` is the review round that it was sent for.

    Replaced by a correction means `replaced_at`; the file stays for the record. Hints: too_small, dark, blurred.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="documents")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="documents")
    document_code = models.CharField(max_length=30)
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    original_kind = models.CharField(max_length=10)
    original_bytes = models.PositiveIntegerField()
    original_hash = KeyedHashField()
    pages = models.PositiveSmallIntegerField()
    stored_bytes = models.PositiveIntegerField()
    hints = ArrayField(models.CharField(max_length=12), default=list)
    uploaded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "berkas"
        ordering = ["document_code", "position", "uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False) | Q(application__isnull=False), name="document_belongs_somewhere"
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_code} {self.id}"
