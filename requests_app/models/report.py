"""Reports ("I was not answered") and the call list ("hubungi warga")."""

from django.db import models
from django.db.models import Q

from requests_app.models.application import Application
from requests_app.models.notice import Notice
from requests_app.models.promise import Promise
from requests_app.models.staff import Officer
from requests_app.rules.texts import N_
from requests_app.vault.fields import EncryptedTextField


class Report(models.Model):
    """Opened by the clock when a promise breaks, or by the citizen; open → answered → closed."""

    STATUSES = [("open", N_("Terbuka")), ("answered", N_("Dijawab")), ("closed", N_("Selesai"))]

    number = models.CharField("nomor", max_length=16, unique=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="reports")
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="reports")
    opened_by = models.CharField("dibuka oleh", max_length=10)
    opened_at = models.DateTimeField("dibuka")
    words = EncryptedTextField()
    words_at = models.DateTimeField(null=True)
    status = models.CharField("status", max_length=10, choices=STATUSES, default="open")
    owner = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="reports", verbose_name="penanggung jawab"
    )
    answer = EncryptedTextField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "laporan"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=~Q(status="closed"), name="one_open_report_per_application"
            ),
            models.UniqueConstraint(
                fields=["promise"], condition=Q(opened_by="clock"), name="one_clock_report_per_promise"
            ),
        ]
        indexes = [models.Index(fields=["opened_at"], condition=~Q(status="closed"), name="reports_open")]

    def __str__(self) -> str:
        return self.number


class CallTask(models.Model):
    """Somebody has to be told by phone or in person, because no channel reached them."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="calls")
    notice = models.ForeignKey(Notice, models.PROTECT, null=True)
    promise = models.ForeignKey(Promise, models.PROTECT, null=True)
    reason = models.CharField(max_length=30)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "hubungi warga"
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(closed_at__isnull=True), name="one_open_call")
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(closed_at__isnull=True), name="calls_open")]

    def __str__(self) -> str:
        return f"call {self.application_id}"


class CallAttempt(models.Model):
    """One try to tell somebody: told, no answer, wrong number, told in person."""

    OUTCOMES = [
        ("told", "Sudah diberi tahu lewat telepon"),
        ("told_in_person", "Sudah diberi tahu langsung"),
        ("no_answer", "Tidak diangkat"),
        ("wrong_number", "Nomor salah"),
    ]

    task = models.ForeignKey(CallTask, models.PROTECT, related_name="attempts")
    officer = models.ForeignKey(Officer, models.PROTECT)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=OUTCOMES)
    note = EncryptedTextField()

    def __str__(self) -> str:
        return f"{self.task_id} {self.outcome}"
