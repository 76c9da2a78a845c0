"""UPTD zones: their WhatsApp numbers, hours and desks, when they are closed, and which kelurahan each covers."""

from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from requests_app.models.places import Kelurahan
from requests_app.models.reference import Holiday
from requests_app.rules.dates import local_date
from requests_app.rules.maps import map_link
from requests_app.rules.opening import USUAL_HOURS, Opening, Period, hours_in_words
from requests_app.rules.visits import VISIT_SERVICES, Sender


def usual_hours() -> list[dict[str, object]]:
    """Monday to Friday with the Friday break, for a zone that nobody has told otherwise."""
    return [dict(interval) for interval in USUAL_HOURS]


def usual_hours_in_words() -> str:
    """The same as citizens read it."""
    return hours_in_words(USUAL_HOURS)


def all_visit_services() -> list[str]:
    """What a desk does unless the admin says otherwise."""
    return list(VISIT_SERVICES)


class Zone(models.Model):
    """An office of the UPTD with a WhatsApp number of its own.

    `weekly_hours`: [{"day": 1 (Monday) … 7, "from": "08:00", "to": "12:00"}], several intervals a day (WIB); `hours`
    says the same in words. `number_trouble`: the code with which the provider last refused this number, or empty;
    `number_probed_at`: when it was last asked whether that is over. `printed_at`: the location that prints for it
    (none: the head office).
    """

    code = models.CharField("kode", max_length=10, unique=True)
    name = models.CharField("nama", max_length=80)
    address = models.CharField("alamat kantor", max_length=200, blank=True)
    latitude = models.DecimalField("lintang", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("bujur", max_digits=9, decimal_places=6, null=True, blank=True)
    hours = models.CharField("jam layanan", max_length=200, default=usual_hours_in_words)
    weekly_hours = models.JSONField("jam tiap hari", default=usual_hours)
    whatsapp_number = models.CharField("nomor WhatsApp (+62…)", max_length=16, blank=True)
    whatsapp_phone_id = models.CharField("phone number ID (Meta)", max_length=40, blank=True)
    number_trouble = models.CharField("gangguan nomor", max_length=40, blank=True, editable=False)
    number_probed_at = models.DateTimeField(null=True, editable=False)
    services = ArrayField(
        models.CharField(max_length=20), default=all_visit_services, blank=True, verbose_name="layanan tatap muka"
    )
    desks = models.PositiveSmallIntegerField("jumlah loket", default=2)
    slot_minutes = models.PositiveSmallIntegerField("panjang slot (menit)", default=30)
    slot_capacity = models.PositiveSmallIntegerField("kunjungan per slot", default=4)
    room_capacity = models.PositiveSmallIntegerField("orang di dalam ruangan", default=20)
    printed_at = models.ForeignKey(
        "requests_app.BlankStock", models.PROTECT, null=True, blank=True, verbose_name="kartu dicetak di",
        related_name="prints_for", db_index=False,
    )  # fmt: skip
    is_active = models.BooleanField("aktif", default=True)
    is_example = models.BooleanField("data contoh", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "zona"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["whatsapp_number"], condition=~Q(whatsapp_number=""), name="zone_number_once",
                violation_error_message="Nomor WhatsApp ini sudah dipakai zona lain.",
            ),
            models.UniqueConstraint(
                fields=["whatsapp_phone_id"], condition=~Q(whatsapp_phone_id=""), name="zone_phone_id_once",
                violation_error_message="Phone number ID ini sudah dipakai zona lain.",
            ),
            models.CheckConstraint(
                condition=Q(whatsapp_phone_id="") | ~Q(whatsapp_number=""), name="zone_phone_id_has_a_number"
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__gte=5, slot_minutes__lte=240, slot_capacity__gte=1, desks__gte=1),
                name="zone_slots_make_sense",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def map_link(self) -> str:
        """Where the office is on a map; empty while nobody has said where it is."""
        return map_link(self.latitude, self.longitude, self.address)

    @property
    def sender(self) -> Sender:
        """How this zone's own messages leave: by the API, by hand from the zone's phone, or not at all."""
        if not self.whatsapp_number:
            return Sender.NONE
        return Sender.API if self.whatsapp_phone_id else Sender.HAND

    @property
    def number_works(self) -> bool:
        """Whether an invitation could leave from this zone's number now."""
        return self.sender is not Sender.NONE and not self.number_trouble

    def opening(self, *, now: datetime) -> Opening:
        """What decides on which days it is open from yesterday on: its hours, the holidays, its own closures."""
        since = now - timedelta(days=1)
        closures = Closure.objects.filter(zone=self, revoked_at=None, ends_at__gt=since)
        holidays = Holiday.objects.filter(date__gte=local_date(since)).values_list("date", flat=True)
        return Opening(self.weekly_hours, set(holidays), [Period(c.starts_at, c.ends_at) for c in closures])


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


class Closure(models.Model):
    """A zone's desks are closed from a moment (inclusive) to another (exclusive), beside holidays (Holiday)."""

    zone = models.ForeignKey(Zone, models.PROTECT, verbose_name="zona", related_name="closures")
    starts_at = models.DateTimeField("tutup mulai")
    ends_at = models.DateTimeField("buka lagi")
    reason = models.CharField("alasan, dibaca warga", max_length=120)
    declared_at = models.DateTimeField("diumumkan")
    declared_by = models.ForeignKey("requests_app.Officer", models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField("dicabut", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "hari tutup"
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="closure_ends_after_it_starts",
                violation_error_message="Waktu buka lagi harus sesudah waktu tutup.",
            )
        ]
        indexes = [
            models.Index(fields=["zone", "ends_at"], condition=Q(revoked_at__isnull=True), name="closures_of_zone")
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} {self.starts_at:%Y-%m-%d}"


class ProtocolItem(models.Model):
    """One line of the health protocol: asked at the counter, and told in invitations while it is in force."""

    text = models.CharField("aturan", max_length=120)
    position = models.PositiveSmallIntegerField("urutan", default=0)
    in_force = models.BooleanField("berlaku", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "protokol kesehatan"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text
