"""Places: kecamatan, kelurahan, and the places that a NIK's first six digits name."""

from django.db import models


class Kecamatan(models.Model):
    """A district of the city, by its national code 16.71.xx."""

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField("nama", max_length=60)
    official_name = models.CharField(max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "kecamatan"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Kelurahan(models.Model):
    """A ward, by its national code 16.71.xx.xxxx."""

    code = models.CharField(max_length=13, primary_key=True)
    kecamatan = models.ForeignKey(Kecamatan, models.PROTECT)
    name = models.CharField("nama", max_length=60)
    official_name = models.CharField(max_length=80)
    postal_code = models.CharField(max_length=5)

    class Meta:
        verbose_name = verbose_name_plural = "kelurahan"
        ordering = ["kecamatan_id", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class NikRegion(models.Model):
    """What the first six digits of a NIK name, today (`current`) or once (`historic`)."""

    code6 = models.CharField(max_length=6, primary_key=True)
    kecamatan = models.CharField(max_length=80)
    kabupaten = models.CharField(max_length=80)
    province = models.CharField(max_length=60)
    status = models.CharField(max_length=10)

    class Meta:
        verbose_name = verbose_name_plural = "wilayah NIK"

    def __str__(self) -> str:
        return f"{self.kecamatan}, {self.kabupaten}"
