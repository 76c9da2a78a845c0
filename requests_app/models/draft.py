"""A half-filled application; it never counts, and a sweep removes it after seven days."""

import uuid

from django.db import models

from requests_app.models.application import Application
from requests_app.vault.fields import EncryptedJSONField


class Draft(models.Model):
    """Answers so far. The id is known to one browser's session only; `application` is set once it was submitted.

    A submitted draft keeps nothing but the secret of its receipt, until `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.CharField(max_length=20)
    answers = EncryptedJSONField()
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    application = models.OneToOneField(Application, models.PROTECT, null=True, related_name="draft")

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="old_drafts")]

    def __str__(self) -> str:
        return f"draft {self.started_at:%Y-%m-%d}"
