"""Cards: print batches, each print attempt, shipments to zones, where a card is collected, and the handover."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from requests_app.models.application import Application
from requests_app.models.blanks import BlankBox, BlankStock, StockPhoto
from requests_app.models.staff import Officer
from requests_app.models.zones import Zone
from requests_app.rules.blanks import LIVE_CARDS, OLD_CARD, PARTS, SPOIL_REASONS, Outcome, PickupAsked, WaitingOrder
from requests_app.vault.fields import EncryptedTextField, KeyedHashField


class CardPolicy(models.Model):
    """How blanks are given out and cards reach their owners, from a moment on; a change is a new row, so the old stay.

    `reorder_level`: blanks of the whole city at which to order. `lead_days`: from the letter to the blanks' arrival.
    `move_after_days`: when an unfetched card is to be carried to the head office; 0: it stays where it is.
    """

    valid_from = models.DateTimeField("berlaku mulai")
    changed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    waiting_order = models.CharField(
        "urutan menunggu blangko", max_length=12, default=WaitingOrder.FIRST_TIME,
        choices=[(o.value, o.label) for o in WaitingOrder],
    )  # fmt: skip
    pickup_asked = models.CharField(
        "warga memilih tempat dan waktu ambil", max_length=8, default=PickupAsked.AFTER,
        choices=[(p.value, p.label) for p in PickupAsked],
    )  # fmt: skip
    ask_days = models.PositiveSmallIntegerField("menunggu pilihan warga sebelum dicetak (hari)", default=7)
    move_after_days = models.PositiveSmallIntegerField("kartu tak diambil dibawa ke kantor setelah (hari)", default=60)
    reorder_level = models.PositiveIntegerField("batas pemesanan (blangko)", default=3000)
    lead_days = models.PositiveSmallIntegerField("lama kiriman pusat (hari)", default=21)
    safety_days = models.PositiveSmallIntegerField("cadangan waktu (hari)", default=7)
    suket_months = models.PositiveSmallIntegerField("masa berlaku suket (bulan)", default=6)

    class Meta:
        verbose_name = verbose_name_plural = "aturan kartu"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d %H:%M}"

    @classmethod
    def current(cls) -> "CardPolicy":
        """The rules in force; the usual ones (not stored) while nobody has set any."""
        return cls.objects.order_by("-id").first() or cls()


class PrintBatch(models.Model):
    """Cards that are printed together. What was drawn must come out: printed, spoiled or returned, or it stays open."""

    STATES = [("open", "berjalan"), ("closed", "selesai"), ("cancelled", "dibatalkan")]
    ORDERS = [("promise", "Yang paling lama menunggu lebih dulu"), ("zone", "Satu zona saja")]

    number = models.CharField("nomor", max_length=20, unique=True)
    stock = models.ForeignKey(BlankStock, models.PROTECT, verbose_name="lokasi", related_name="batches", db_index=False)
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, verbose_name="hanya zona", related_name="+", db_index=False
    )
    order = models.CharField("urutan", max_length=8, choices=ORDERS, default="promise")
    request_key = models.UUIDField(unique=True, editable=False)
    state = models.CharField("keadaan", max_length=10, choices=STATES, default="open")
    created_at = models.DateTimeField("dibuat")
    created_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "kelompok cetak"
        ordering = ["-id"]
        indexes = [models.Index(fields=["stock", "-id"], name="batches_of_location")]

    def __str__(self) -> str:
        return self.number


class BatchBox(models.Model):
    """Blanks that a batch drew from one box; `returned` is counted when it closes."""

    batch = models.ForeignKey(PrintBatch, models.PROTECT, related_name="boxes", db_index=False)
    box = models.ForeignKey(BlankBox, models.PROTECT, related_name="+", db_index=False)
    drawn = models.PositiveIntegerField("diambil")
    returned = models.PositiveIntegerField("dikembalikan", null=True)

    class Meta:
        ordering = ["box"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "box"], name="box_once_a_batch"),
            models.CheckConstraint(
                condition=Q(returned__isnull=True) | Q(returned__lte=F("drawn")), name="no_more_returned_than_drawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.box_id}"


class CardShipment(models.Model):
    """Printed cards on their way to the office where they are collected (no zone: they stay at the head office).

    `returned`: nobody fetched them at `origin`, and they go from there to the head office.
    """

    number = models.CharField("nomor", max_length=20, unique=True)
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="shipments")
    returned = models.BooleanField("dibawa kembali", default=False)
    origin = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="+", db_index=False)
    sent_at = models.DateTimeField("dikirim")
    sent_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField("diterima", null=True)
    received_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "kiriman kartu"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(returned=False, origin__isnull=True)
                | Q(returned=True, origin__isnull=False, zone__isnull=True),
                name="unfetched_cards_come_from_a_zone",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Card(models.Model):
    """One print attempt: from which box, in which batch, for whom, and what became of it.

    `code` is the QR on the batch sheet and the card's slip; it opens nothing for a citizen. `zone`: the office where
    the printed card lies or is sent to (none: the head office). `arrived_at`: when that office confirmed it.
    `shipment`: the one it travelled with last; `came_with`: the one before, of a card that nobody fetched.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="cards", db_index=False)
    batch = models.ForeignKey(PrintBatch, models.PROTECT, related_name="cards", db_index=False)
    box = models.ForeignKey(BlankBox, models.PROTECT, related_name="cards")
    position = models.PositiveSmallIntegerField("urutan")
    attempt = models.PositiveSmallIntegerField("percobaan", default=1)
    code = models.CharField("kode kartu", max_length=12, unique=True)
    outcome = models.CharField("hasil", max_length=8, blank=True, choices=[(o.value, o.label) for o in Outcome])
    outcome_at = models.DateTimeField(null=True)
    outcome_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField("alasan", max_length=12, blank=True, choices=list(SPOIL_REASONS.items()))
    photo = models.ForeignKey(StockPhoto, models.PROTECT, null=True, related_name="+", db_index=False)
    shipment = models.ForeignKey(CardShipment, models.PROTECT, null=True, related_name="cards")
    came_with = models.ForeignKey(CardShipment, models.PROTECT, null=True, related_name="gone_back", db_index=False)
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="+", db_index=False)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "kartu"
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_card_per_place_of_a_batch"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(outcome__in=LIVE_CARDS), name="one_live_card_per_application"
            ),
        ]
        indexes = [
            models.Index(fields=["application", "id"], name="cards_of_application"),
            models.Index(
                fields=["outcome_at"], condition=Q(outcome=Outcome.PRINTED, shipment__isnull=True), name="cards_to_send"
            ),
            models.Index(fields=["photo"], condition=Q(photo__isnull=False), name="cards_of_photo"),
            models.Index(fields=["came_with"], condition=Q(came_with__isnull=False), name="cards_gone_back"),
        ]

    def __str__(self) -> str:
        return self.code


class CardLoss(models.Model):
    """A card, or a blank in the printing tray, that cannot be found: looked for until it is found or given up.

    An identity card that is loose in the world is no small thing: that it is lost is said by a second person. `note`:
    where it was looked for; no personal data.
    """

    ENDS = [("found", "ditemukan"), ("lost", "hilang")]

    card = models.ForeignKey(Card, models.PROTECT, related_name="losses", db_index=False)
    note = models.CharField("keterangan", max_length=200)
    noticed_at = models.DateTimeField("dicari sejak")
    noticed_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    end = models.CharField("akhir", max_length=5, blank=True, choices=ENDS)

    class Meta:
        verbose_name = verbose_name_plural = "kartu yang dicari"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(ended_at__isnull=True), name="one_search_per_card_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True, ended_by__isnull=True)
                | Q(end__in=["found", "lost"], ended_at__isnull=False, ended_by__isnull=False),
                name="a_search_ends_whole",
            ),
            models.CheckConstraint(
                condition=~Q(end="lost") | ~Q(ended_by=F("noticed_by")), name="lost_is_said_by_a_second_person"
            ),
        ]
        indexes = [
            models.Index(fields=["noticed_at"], condition=Q(ended_at__isnull=True), name="cards_looked_for"),
            models.Index(fields=["card", "-id"], name="searches_of_card"),
        ]

    def __str__(self) -> str:
        return f"loss of {self.card_id}"


class CardPickup(models.Model):
    """Where and when an application's card is collected: one row from the approval on.

    `zone`: the office (none: the head office). `day` and `part` are the citizen's choice; `code` opens the handover at
    the desk (sealed; found by its keyed hash). `remind_at`: when the clock looks again at a card that nobody fetched.
    `carried_since`: it is on its way back to the head office, and nobody gets it until it is there; `moved_at`: when
    it arrived. `ready_at` stays what it was: so long nobody has fetched it.
    """

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="pickup")
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="+", db_index=False)
    day = models.DateField("hari (WIB)", null=True)
    part = models.CharField("waktu", max_length=6, blank=True, choices=list(PARTS.items()))
    asked_at = models.DateTimeField(null=True)
    chosen_at = models.DateTimeField(null=True)
    code = EncryptedTextField()
    code_hash = KeyedHashField(null=False)
    ready_at = models.DateTimeField("siap", null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)
    carried_since = models.DateTimeField("dibawa sejak", null=True)
    moved_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField("diambil", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "pengambilan kartu"
        constraints = [
            models.UniqueConstraint(fields=["code_hash"], name="pickup_code_once"),
            models.CheckConstraint(
                condition=Q(carried_since__isnull=True)
                | Q(zone__isnull=True, ready_at__isnull=False, fetched_at__isnull=True, day__isnull=True),
                name="what_is_carried_is_not_fetched",
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="pickups_to_look_at"),
            models.Index(
                fields=["zone", "ready_at"],
                condition=Q(ready_at__isnull=False, fetched_at__isnull=True),
                name="cards_unfetched",
            ),
        ]

    def __str__(self) -> str:
        return f"pickup {self.application_id}"

    def moves_at(self, policy: CardPolicy) -> datetime | None:
        """From when on a card that nobody fetches may be carried to the head office; None when it stays where it is."""
        if self.ready_at is None or self.zone_id is None or not policy.move_after_days:
            return None
        return self.ready_at + timedelta(days=policy.move_after_days)


class Handover(models.Model):
    """The card in its owner's hand: who took it, against what, and what became of the old card. Written once.

    `by_code`: the pickup code was shown; otherwise the person was found by identity. A representative brings a letter.
    """

    card = models.OneToOneField(Card, models.PROTECT, related_name="handover")
    application = models.OneToOneField(Application, models.PROTECT, related_name="handover")
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField("diserahkan")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    by_code = models.BooleanField("dengan kode")
    old_card = models.CharField("kartu lama", max_length=10, choices=list(OLD_CARD.items()))
    signed_by = EncryptedTextField()
    signature = EncryptedTextField()
    representative = EncryptedTextField()
    representative_nik = EncryptedTextField()
    letter = models.ForeignKey(StockPhoto, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "serah terima"

    def __str__(self) -> str:
        return f"handover {self.application_id}"


class Suket(models.Model):
    """A temporary certificate in place of the card: own number, expiry, and a code by which anybody can check it."""

    ENDS = [("handed_over", "kartu sudah diserahkan"), ("renewed", "diperpanjang"), ("ended", "permohonan berakhir")]

    application = models.ForeignKey(Application, models.PROTECT, related_name="sukets", db_index=False)
    number = models.CharField("nomor", max_length=40, unique=True)
    code = models.CharField("kode", max_length=16, unique=True)
    issued_at = models.DateTimeField("diterbitkan")
    issued_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    expires_on = models.DateField("berlaku sampai (WIB)")
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")
    remind_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, blank=True, choices=ENDS)

    class Meta:
        verbose_name = verbose_name_plural = "suket"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(ended_at__isnull=True), name="one_suket_per_application"
            )
        ]
        indexes = [models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="sukets_to_remind")]

    def __str__(self) -> str:
        return self.number
