"""The satisfaction survey (SKM) that every public service owes: nine answers, once per finished application."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from requests_app.models.application import Application
from requests_app.models.zones import Zone
from requests_app.vault.fields import EncryptedTextField


class Survey(models.Model):
    """`answers`: U1 … U9 in the order of Permenpan RB 14/2017, each 1 to 4 (the database checks)."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="survey")
    zone = models.ForeignKey(Zone, models.PROTECT, db_index=False)
    service = models.CharField("layanan", max_length=20)
    answers = ArrayField(models.PositiveSmallIntegerField(), size=9)
    words = EncryptedTextField()
    answered_at = models.DateTimeField("diisi")

    class Meta:
        verbose_name = verbose_name_plural = "survei kepuasan"
        indexes = [models.Index(fields=["answered_at"], name="surveys_by_time")]

    def __str__(self) -> str:
        return f"survey {self.pk}"
