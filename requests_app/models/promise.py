"""The promise of an answer within five days: one row per review round."""

from django.db import models
from django.db.models import Q

from requests_app.models.application import Application


class Promise(models.Model):
    """Answer due by `due_at`, frozen when written.

    `answered_at`: an officer decided. `told_at`: earliest evidence that the answer reached the person, stamped by
    whoever saw it arrive. Kept when told_at ≤ due_at; broken when now > due_at without it; void when withdrawn before.
    """

    OUTCOMES = [("open", "berjalan"), ("kept", "ditepati"), ("broken", "dilanggar"), ("void", "gugur")]
    EVIDENCE = [
        ("delivered", "diterima ponsel"),
        ("shown", "dibuka warga"),
        ("told", "diberi tahu petugas"),
        ("published", "dapat dilihat di halaman lacak"),
    ]

    application = models.ForeignKey(Application, models.PROTECT, related_name="promises", db_index=False)
    round = models.PositiveSmallIntegerField()
    policy = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=12, choices=EVIDENCE, blank=True)
    outcome = models.CharField(max_length=8, choices=OUTCOMES, default="open")
    next_rung_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    detected_at = models.DateTimeField(null=True)
    rebutted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "janji"
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="one_promise_per_round"),
            models.CheckConstraint(
                condition=~Q(outcome="kept") | Q(told_at__isnull=False, told_at__lte=models.F("due_at")),
                name="kept_needs_timely_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="broken") | Q(broken_at__isnull=False, detected_at__isnull=False),
                name="broken_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(outcome="open"), name="promises_open"),
            models.Index(
                fields=["next_rung_at"], condition=Q(outcome="open", next_rung_at__isnull=False), name="rungs_due"
            ),
            models.Index(
                fields=["publish_at"], condition=Q(outcome="open", publish_at__isnull=False), name="answers_to_publish"
            ),
            models.Index(fields=["-broken_at", "-id"], condition=Q(outcome="broken"), name="promises_broken"),
            models.Index(fields=["started_at"], name="promises_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} round {self.round}"


class Rung(models.Model):
    """A step of the ladder before a promise breaks, recorded once; `collapsed` when a higher one was due with it."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="rungs")
    code = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    collapsed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["promise", "code"], name="rung_once")]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.code}"
