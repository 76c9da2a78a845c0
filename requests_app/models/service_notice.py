"""What the office tells everybody: service disturbed, office closed, blanks short."""

from django.db import models

from requests_app.rules.texts import N_


class ServiceNotice(models.Model):
    """A line above the citizens' pages from one moment (inclusive) to another (exclusive)."""

    TONES = [("info", N_("Pemberitahuan")), ("warn", N_("Perhatian")), ("bad", N_("Gangguan layanan"))]
    PLACES = [("all", "semua halaman warga"), ("start", "halaman awal saja")]

    text = models.CharField("kalimat untuk warga", max_length=200)
    tone = models.CharField("nada", max_length=4, choices=TONES, default="info")
    shown_on = models.CharField("tampil di", max_length=5, choices=PLACES, default="all")
    starts_at = models.DateTimeField("tampil mulai")
    ends_at = models.DateTimeField("tampil sampai")

    class Meta:
        verbose_name = verbose_name_plural = "kabar layanan"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="service_notice_ends_after_it_starts",
                violation_error_message="Waktu selesai harus sesudah waktu mulai.",
            )
        ]

    def __str__(self) -> str:
        """For the admin's log: which one, never what it says."""
        return f"kabar layanan {self.pk}"
