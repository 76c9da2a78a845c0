"""The clock's own memory: the offset of embedded and test runs, when each sweep last ran, and what it has counted."""

from django.db import models


class ClockOffset(models.Model):
    """Seconds added to the database's clock; at most one row, and none in production."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    seconds = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_clock_offset")]

    def __str__(self) -> str:
        return f"{self.seconds} s"


class SweepState(models.Model):
    """When a sweep last ran, and what it found; `trouble` is shown to supervisors."""

    name = models.CharField(max_length=40, primary_key=True)
    last_run_at = models.DateTimeField(null=True)
    last_done = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class KeptFigures(models.Model):
    """Figures that take seconds to read, as a sweep last counted them: every process shows the same."""

    name = models.CharField(max_length=40, primary_key=True)
    counted_at = models.DateTimeField()
    figures = models.JSONField()

    def __str__(self) -> str:
        return self.name
