"""What an officer decided, and what it asks of the citizen."""

from django.db import models
from django.db.models import Q

from requests_app.models.application import Application
from requests_app.models.staff import Officer
from requests_app.vault.fields import EncryptedJSONField, EncryptedTextField


class Decision(models.Model):
    """One decision of one round. It reaches the citizen at `release_at`; until then it can be taken back.

    `reason_code` names the preset reason. `items`: what is faulty, a list of {"target": document code or answer
    key, "reason": code}. `note` is the officer's own words, `details` place, time and things to bring:
    {"place": …, "from": ISO date or moment, "bring": [...]} (sealed: free text may name people).
    """

    KINDS = [
        ("approved", "Disetujui"),
        ("rejected", "Ditolak"),
        ("needs_correction", "Perlu perbaikan"),
        ("recording_needed", "Perlu perekaman"),
    ]

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField("keputusan", max_length=20, choices=KINDS)
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()
    release_at = models.DateTimeField()
    reason_code = models.CharField(max_length=40, blank=True)
    items = models.JSONField(default=list)
    note = EncryptedTextField()
    details = EncryptedJSONField()
    taken_back_at = models.DateTimeField(null=True)
    annulled_at = models.DateTimeField(null=True)
    annulled_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    annul_reason = EncryptedTextField()
    objected_at = models.DateTimeField(null=True)
    objection = EncryptedTextField()

    class Meta:
        verbose_name = verbose_name_plural = "keputusan"
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round"],
                condition=Q(taken_back_at__isnull=True),
                name="one_standing_decision_per_round",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(objected_at__isnull=False), name="one_objection_per_application"
            ),
        ]
        indexes = [models.Index(fields=["officer", "decided_at"], name="decisions_by_officer")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
