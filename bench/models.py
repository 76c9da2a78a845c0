"""The floor's table."""

from django.db import models


class FloorEntry(models.Model):
    """What a bare view stores; the benchmark makes the table itself."""

    name = models.CharField(max_length=120)
    nik = models.CharField(max_length=16)
    phone = models.CharField(max_length=20)
    birth_date = models.DateField()
    address = models.CharField(max_length=200)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_floor"


class SameEntry(models.Model):
    """What a plain view of the same form stores."""

    name = models.CharField(max_length=120)
    nik = models.CharField(max_length=16)
    phone = models.CharField(max_length=20)
    birth_date = models.DateField()
    address = models.CharField(max_length=200)
    kk_number = models.CharField(max_length=16)
    reason = models.CharField(max_length=30)
    applicant = models.CharField(max_length=10)
    sex = models.CharField(max_length=1)
    kelurahan = models.CharField(max_length=13)
    rt = models.CharField(max_length=3)
    rw = models.CharField(max_length=3)
    police_number = models.CharField(max_length=60)
    police_date = models.DateField()
    police_station = models.CharField(max_length=100)
    collector = models.CharField(max_length=10)
    contact = models.CharField(max_length=10)
    phone_owner = models.CharField(max_length=10)
    statement = models.BooleanField()
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_same"
