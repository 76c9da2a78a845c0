"""History and access: rows that are written once. They hold ids, codes and times, never personal data."""

from django.db import models


class Event(models.Model):
    """One change of an application. `actor_kind`: citizen, officer, clock. `data`: ids and codes only."""

    application = models.ForeignKey("requests_app.Application", models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField("waktu")
    step = models.CharField("langkah", max_length=30)
    from_status = models.CharField("dari", max_length=20, blank=True)
    to_status = models.CharField("ke", max_length=20, blank=True)
    round = models.PositiveSmallIntegerField("putaran")
    actor_kind = models.CharField("pelaku", max_length=10)
    officer = models.ForeignKey(
        "requests_app.Officer", models.PROTECT, null=True, verbose_name="petugas", db_index=False
    )
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "riwayat"
        ordering = ["id"]
        indexes = [models.Index(fields=["application", "id"], name="events_of_application")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.step}"


class AccessLog(models.Model):
    """A member of staff opened an application, a document or a conversation, or searched by NIK or phone."""

    at = models.DateTimeField("waktu")
    officer = models.ForeignKey("requests_app.Officer", models.PROTECT, verbose_name="petugas")
    action = models.CharField("tindakan", max_length=30)
    application = models.ForeignKey(
        "requests_app.Application", models.PROTECT, null=True, related_name="accesses", db_index=False
    )
    document_id = models.UUIDField(null=True)
    conversation = models.ForeignKey(
        "requests_app.Conversation", models.PROTECT, null=True, related_name="accesses", db_index=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "akses"
        ordering = ["-id"]
        indexes = [models.Index(fields=["application", "id"], name="accesses_of_application")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.action}"


class StaffNote(models.Model):
    """A fact about staff that was confirmed: taking work without being on duty that day."""

    at = models.DateTimeField("waktu")
    officer = models.ForeignKey("requests_app.Officer", models.PROTECT, verbose_name="petugas")
    code = models.CharField("hal", max_length=30)
    date = models.DateField("tanggal (WIB)")

    class Meta:
        verbose_name = verbose_name_plural = "catatan petugas"
        constraints = [models.UniqueConstraint(fields=["officer", "code", "date"], name="staff_note_once")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.code} {self.date}"


APPEND_ONLY = (Event, AccessLog, StaffNote)
