"""What the office words and decides without a programmer: requirements, holidays, reasons, message texts, policy."""

from django.db import models
from django.db.models import Q


class Requirement(models.Model):
    """A document or check that a service and reason ask for; `reason` `*` means every reason."""

    service = models.CharField("layanan", max_length=20)
    reason = models.CharField("alasan", max_length=30)
    document_code = models.CharField("kode berkas", max_length=30)
    name = models.CharField("nama berkas", max_length=200)
    kind = models.CharField("jenis", max_length=20)
    mandatory = models.CharField("wajib", max_length=12)
    condition_code = models.CharField("kode syarat", max_length=60, blank=True)
    condition = models.CharField("syarat", max_length=200, blank=True)
    legal_source = models.CharField("dasar hukum", max_length=200)
    confidence = models.CharField("sumber", max_length=20)
    position = models.PositiveSmallIntegerField("urutan", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "persyaratan"
        ordering = ["service", "reason", "position"]
        constraints = [
            models.UniqueConstraint(fields=["service", "reason", "document_code", "kind"], name="requirement_once")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.reason} {self.document_code}"


class Holiday(models.Model):
    """A public holiday or joint leave day, as decreed (SKB 3 Menteri) or added by the office."""

    date = models.DateField("tanggal", unique=True)
    name = models.CharField("nama", max_length=100)
    kind = models.CharField("jenis", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "hari libur"
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class DecisionReason(models.Model):
    """A preset reason that an officer picks: what the citizen reads, and for a rejection its legal ground."""

    KINDS = [("needs_correction", "Perbaikan"), ("rejected", "Penolakan"), ("annulled", "Pembatalan keputusan")]

    code = models.SlugField("kode", max_length=40, unique=True)
    kind = models.CharField("untuk", max_length=20, choices=KINDS)
    label = models.CharField("label petugas", max_length=80)
    sentence = models.CharField("kalimat untuk warga", max_length=300)
    legal_ground = models.CharField("dasar hukum", max_length=200, blank=True)
    next_step = models.CharField("langkah berikutnya bagi warga", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("urutan", default=0)
    is_active = models.BooleanField("dipakai", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "alasan keputusan"
        ordering = ["kind", "position", "id"]

    def __str__(self) -> str:
        return self.label


class MessageText(models.Model):
    """One version of the text for one kind of notice; a change is a new version, so that sent notices keep theirs."""

    purpose = models.CharField("pemberitahuan", max_length=40)
    version = models.PositiveSmallIntegerField("versi")
    subject = models.CharField("judul surel", max_length=120)
    body = models.TextField("isi; {nama} ditandai kurung kurawal")
    is_current = models.BooleanField("dipakai", default=True)
    created_at = models.DateTimeField("dibuat")
    created_by = models.ForeignKey("requests_app.Officer", models.PROTECT, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "teks pesan"
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="message_version_once"),
            models.UniqueConstraint(fields=["purpose"], condition=Q(is_current=True), name="one_current_message"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"


class PromisePolicy(models.Model):
    """How due moments are reckoned for submissions from a moment on: calendar (5 × 24 h) or working days."""

    KINDS = [("calendar", "5 × 24 jam"), ("working_days", "5 hari kerja")]

    kind = models.CharField("hitungan", max_length=12, choices=KINDS)
    valid_from = models.DateTimeField("berlaku mulai", unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "aturan janji"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from:%Y-%m-%d}"
