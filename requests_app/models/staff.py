"""Staff: who signs in, what they may see, and when they are on duty."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from requests_app.models.zones import Zone
from requests_app.rules.roles import Role
from requests_app.vault.fields import EncryptedTextField


class Officer(AbstractUser):
    """A member of staff. No zones or services listed means all of them. `phone` is for tests of a zone's number."""

    role = models.CharField("peran", max_length=20, choices=[(r.value, r.label) for r in Role], default=Role.OFFICER)
    zones = models.ManyToManyField(Zone, blank=True, verbose_name="zona", related_name="officers")
    services = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="layanan")
    phone = EncryptedTextField()
    is_demo = models.BooleanField("akun contoh", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "petugas"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.username


class Shift(models.Model):
    """One officer is on duty on one day (WIB), with a quota that plans and never blocks."""

    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name="petugas")
    date = models.DateField("tanggal")
    quota = models.PositiveSmallIntegerField("kuota", default=500)

    class Meta:
        verbose_name = verbose_name_plural = "jadwal piket"
        ordering = ["-date", "officer"]
        constraints = [models.UniqueConstraint(fields=["officer", "date"], name="one_shift_per_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.officer_id}"
