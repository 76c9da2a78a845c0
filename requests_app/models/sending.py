"""How notices leave: the way of each kind, the office's limits, what is out of order, whom we have reached."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from requests_app.models.staff import Officer
from requests_app.models.zones import Zone
from requests_app.rules.routes import CHANNELS, DEFAULT_POLICY
from requests_app.vault.fields import KeyedHashField


class NoticeRoute(models.Model):
    """The way of one kind of notice: `channels` in order (the person's own choice leads), and what it may cost.

    `is_critical`: part of the promise, so it may use the reserve of the day's limit, and leaves before what is not.
    `waits_for_day`: not sent in the quiet hours. `next_after_failure`: whether a further channel follows a failed one.
    `calls`: whether somebody calls when no channel is left.
    """

    purpose = models.CharField("pemberitahuan", max_length=40, unique=True, editable=False)
    channels = ArrayField(models.CharField(max_length=10, choices=CHANNELS), verbose_name="urutan kanal")
    priority = models.PositiveSmallIntegerField("prioritas (0 paling dulu)", default=5)
    is_critical = models.BooleanField("bagian dari janji", default=False)
    waits_for_day = models.BooleanField("menunggu jam tenang selesai", default=False)
    next_after_failure = models.BooleanField("kanal berikut bila gagal", default=True)
    calls = models.BooleanField("hubungi warga bila semua gagal", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "jalur pemberitahuan"
        ordering = ["priority", "purpose"]
        constraints = [
            models.CheckConstraint(condition=Q(priority__lte=9), name="route_priority_is_a_digit"),
            models.CheckConstraint(condition=Q(channels__len__gte=1), name="route_has_a_channel"),
        ]

    def __str__(self) -> str:
        return self.purpose


class SendingPolicy(models.Model):
    """The office's limits from a moment on; a change is a new row, so the old stay.

    `portfolio_limit`: people whom all numbers together may write to in 24 hours outside a conversation (Meta's tiers
    are 250, 2,000, 10,000 …; 0: no limit). `reserve_percent` of it is kept for answers. `rate_per_second`: messages of
    one number. Quiet hours are WIB; the same hour twice means none.
    """

    valid_from = models.DateTimeField("berlaku mulai")
    changed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    portfolio_limit = models.PositiveIntegerField("batas orang per 24 jam", default=DEFAULT_POLICY.portfolio_limit)
    reserve_percent = models.PositiveSmallIntegerField(
        "cadangan untuk jawaban (%)", default=DEFAULT_POLICY.reserve_percent
    )
    warn_percent = models.PositiveSmallIntegerField("peringatan mulai (%)", default=DEFAULT_POLICY.warn_percent)
    rate_per_second = models.PositiveSmallIntegerField(
        "pesan per detik per nomor", default=DEFAULT_POLICY.rate_per_second
    )
    quiet_from = models.PositiveSmallIntegerField("jam tenang mulai (WIB)", default=DEFAULT_POLICY.quiet_from)
    quiet_until = models.PositiveSmallIntegerField("jam tenang selesai (WIB)", default=DEFAULT_POLICY.quiet_until)

    class Meta:
        verbose_name = verbose_name_plural = "batas pengiriman"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reserve_percent__lte=90, warn_percent__gte=1, warn_percent__lte=100)
                & Q(rate_per_second__gte=1, rate_per_second__lte=1000, quiet_from__lte=23, quiet_until__lte=23),
                name="sending_policy_makes_sense",
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d %H:%M}"

    @classmethod
    def current(cls) -> "SendingPolicy":
        """The limits in force; the usual ones (not stored) while nobody has set any."""
        return cls.objects.order_by("-id").first() or cls()


class Circuit(models.Model):
    """Whether a way out works: a zone's number, or (without zone) a whole channel.

    After some failures in a row it is open (`opened_at`): nothing is tried but one probe a minute (`next_probe_at`).
    """

    channel = models.CharField("kanal", max_length=10)
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, db_index=False)
    failures = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    next_probe_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "zone"], name="one_circuit_a_way", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, next_probe_at__isnull=True)
                | Q(opened_at__isnull=False, next_probe_at__isnull=False),
                name="open_circuit_is_probed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.zone_id or ''}"


class ReachedPhone(models.Model):
    """A phone that we wrote to outside a conversation: until when it counts against the limit of 24 hours."""

    phone_hash = KeyedHashField(null=False, unique=True)
    charged_until = models.DateTimeField()
    last_sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["charged_until"], name="phones_reached")]

    def __str__(self) -> str:
        return f"phone {self.pk}"
