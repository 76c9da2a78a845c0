"""UPTD zones, their WhatsApp numbers, and which kelurahan each covers from when to when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from requests_app.models.places import Kelurahan
from requests_app.rules.texts import N_


class Zone(models.Model):
    """An office of the UPTD with a WhatsApp number of its own."""

    code = models.CharField("kode", max_length=10, unique=True)
    name = models.CharField("nama", max_length=80)
    address = models.CharField("alamat kantor", max_length=200, blank=True)
    hours = models.CharField("jam layanan", max_length=120, default=N_("Senin–Jumat 08.00–15.00 WIB"))
    whatsapp_number = models.CharField("nomor WhatsApp (+62…)", max_length=16)
    whatsapp_phone_id = models.CharField("phone number ID (Meta)", max_length=40, unique=True)
    is_example = models.BooleanField("data contoh", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "zona"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ZoneCoverage(models.Model):
    """One kelurahan belongs to one zone from a day (inclusive) until a day (exclusive; none: open)."""

    zone = models.ForeignKey(Zone, models.PROTECT, verbose_name="zona")
    kelurahan = models.ForeignKey(Kelurahan, models.PROTECT)
    valid = DateRangeField("berlaku")

    class Meta:
        verbose_name = verbose_name_plural = "cakupan zona"
        constraints = [
            ExclusionConstraint(
                name="one_zone_per_kelurahan_at_a_time",
                expressions=[("kelurahan", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="Kelurahan ini sudah tercakup zona lain pada tanggal tersebut.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kelurahan_id} → {self.zone_id}"
