"""Blanks: where they are, the append-only ledger of every movement, and who one is promised to.

`on_hand`, `reserved` and `drawn` are kept by a trigger from the ledger and by nothing else: the processes' role may not
write them (operations/grants.py). See docs/decisions/0026.
"""

import uuid

from django.db import models
from django.db.models import F, Q

from requests_app.models.application import Application
from requests_app.models.staff import Officer
from requests_app.models.zones import Zone
from requests_app.rules.blanks import SPOIL_REASONS, Move

HEAD_OFFICE = "Kantor Dukcapil"


def place_name(zone: Zone | None) -> str:
    """A location as people call it; without a zone it is the head office."""
    return zone.name if zone is not None else HEAD_OFFICE


class BlankStock(models.Model):
    """Blanks at one location: the head office (no zone), or a zone's office.

    On hand: unprinted here, those in open print batches (`drawn`) among them. Reserved: promised to applications.
    Free: on hand, promised to nobody.
    """

    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, verbose_name="zona", related_name="blank_stocks", db_index=False
    )
    on_hand = models.PositiveIntegerField("ada", default=0, editable=False)
    reserved = models.PositiveIntegerField("dicadangkan", default=0, editable=False)
    drawn = models.PositiveIntegerField("sedang dicetak", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "stok blangko"
        ordering = [F("zone__code").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["zone"], name="one_stock_per_location", nulls_distinct=False),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="no_more_reserved_than_there"),
            models.CheckConstraint(condition=Q(drawn__lte=F("on_hand")), name="no_more_drawn_than_there"),
        ]

    def __str__(self) -> str:
        return place_name(self.zone)

    @property
    def free(self) -> int:
        """Blanks that are promised to nobody."""
        return self.on_hand - self.reserved


class StockPhoto(models.Model):
    """A photo that proves something: the centre's letter, a spoiled card, a mandate. Its pages lie sealed on disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10)
    pages = models.PositiveSmallIntegerField()
    stored_bytes = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class BlankReceipt(models.Model):
    """Blanks that the centre sent with one letter. `opening`: what was there when the ledger began."""

    stock = models.ForeignKey(BlankStock, models.PROTECT, verbose_name="lokasi", related_name="receipts")
    letter_number = models.CharField("nomor surat", max_length=60)
    letter_date = models.DateField("tanggal surat")
    quantity = models.PositiveIntegerField("jumlah")
    opening = models.BooleanField("saldo awal", default=False)
    received_at = models.DateTimeField("diterima")
    received_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    photo = models.ForeignKey(StockPhoto, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "penerimaan blangko"
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["letter_number"], name="letter_received_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="receipt_of_something"),
        ]

    def __str__(self) -> str:
        return self.letter_number


class BlankBox(models.Model):
    """One numbered box of a receipt, with so many blanks when it came."""

    receipt = models.ForeignKey(BlankReceipt, models.PROTECT, related_name="boxes", db_index=False)
    number = models.CharField("nomor kotak", max_length=30)
    quantity = models.PositiveIntegerField("isi")

    class Meta:
        verbose_name = verbose_name_plural = "kotak blangko"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "number"], name="box_number_once_a_receipt"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="box_with_something"),
        ]

    def __str__(self) -> str:
        return self.number


class BlankHolding(models.Model):
    """What is left of one box at one location; kept by the ledger's trigger."""

    box = models.ForeignKey(BlankBox, models.PROTECT, related_name="holdings", db_index=False)
    stock = models.ForeignKey(BlankStock, models.PROTECT, related_name="holdings")
    quantity = models.PositiveIntegerField()
    drawn = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "isi kotak"
        ordering = ["box"]
        constraints = [
            models.UniqueConstraint(fields=["box", "stock"], name="one_holding_per_box_and_location"),
            models.CheckConstraint(condition=Q(drawn__lte=F("quantity")), name="no_more_drawn_than_in_the_box"),
        ]

    def __str__(self) -> str:
        return f"{self.box_id} at {self.stock_id}"


class BlankHold(models.Model):
    """This application holds one blank, at this location. Exists from reserving to printing; kept by the trigger."""

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="blank_hold")
    stock = models.ForeignKey(BlankStock, models.PROTECT, related_name="holds")
    since = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "cadangan blangko"

    def __str__(self) -> str:
        return f"{self.application_id} at {self.stock_id}"


class PlannedDelivery(models.Model):
    """A delivery that the centre has promised: what forecasts and waiting people's weeks reckon with."""

    expected_on = models.DateField("diperkirakan tiba")
    quantity = models.PositiveIntegerField("jumlah")
    note = models.CharField("keterangan, misalnya nomor surat", max_length=120, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    receipt = models.OneToOneField(BlankReceipt, models.PROTECT, null=True, related_name="planned")
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "kiriman yang dijanjikan"
        ordering = ["expected_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="delivery_of_something")]

    def __str__(self) -> str:
        return f"{self.expected_on} {self.quantity}"


class BlankTransfer(models.Model):
    """Blanks on their way from one location to another. A difference at arrival stays open until it is explained."""

    from_stock = models.ForeignKey(BlankStock, models.PROTECT, related_name="transfers_out")
    to_stock = models.ForeignKey(BlankStock, models.PROTECT, related_name="transfers_in")
    sent_at = models.DateTimeField("dikirim")
    sent_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField("diterima", null=True)
    received_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    explanation = models.CharField("penjelasan selisih", max_length=300, blank=True)
    explained_at = models.DateTimeField(null=True)
    explained_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "kiriman blangko"
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_stock=F("to_stock")), name="transfer_goes_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(received_at__isnull=True), name="transfers_on_their_way")
        ]

    def __str__(self) -> str:
        return f"transfer {self.pk}"


class TransferLine(models.Model):
    """So many blanks of one box; `arrived` is what the other side counted."""

    transfer = models.ForeignKey(BlankTransfer, models.PROTECT, related_name="lines", db_index=False)
    box = models.ForeignKey(BlankBox, models.PROTECT, related_name="+", db_index=False)
    sent = models.PositiveIntegerField("dikirim")
    arrived = models.PositiveIntegerField("diterima", null=True)

    class Meta:
        ordering = ["box"]
        constraints = [
            models.UniqueConstraint(fields=["transfer", "box"], name="box_once_a_transfer"),
            models.CheckConstraint(condition=Q(sent__gt=0), name="transfer_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id} {self.box_id}"


class StockCount(models.Model):
    """A physical count (opname) of one location, confirmed by a second person; only then the ledger is corrected."""

    STATES = [("open", "menunggu orang kedua"), ("confirmed", "disetujui"), ("cancelled", "dibatalkan")]

    stock = models.ForeignKey(BlankStock, models.PROTECT, verbose_name="lokasi", related_name="counts")
    state = models.CharField("keadaan", max_length=10, choices=STATES, default="open")
    counted_at = models.DateTimeField("dihitung")
    counted_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", db_index=False)
    explanation = models.CharField("penjelasan selisih", max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "opname"
        ordering = ["-counted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["stock"], condition=Q(state="open"), name="one_open_count_per_location"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(ended_by__isnull=False) & ~Q(ended_by=F("counted_by"))),
                name="count_confirmed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"count {self.pk}"


class CountLine(models.Model):
    """One box: what the ledger said at the moment of counting, and what was there."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="lines", db_index=False)
    box = models.ForeignKey(BlankBox, models.PROTECT, related_name="+", db_index=False)
    expected = models.PositiveIntegerField("menurut buku")
    counted = models.PositiveIntegerField("dihitung")

    class Meta:
        ordering = ["box"]
        constraints = [models.UniqueConstraint(fields=["count", "box"], name="box_once_a_count")]

    def __str__(self) -> str:
        return f"{self.count_id} {self.box_id}"

    @property
    def difference(self) -> int:
        """Positive: more than the ledger says."""
        return self.counted - self.expected


class BlankMovement(models.Model):
    """One line of the ledger, written once. Changes of three counters; ids, codes and times only.

    Reserving and releasing know their application; everything that changes what is on hand knows its box. What made
    the line (receipt, transfer, count, batch, card) stands in it, and makes a second line of the same impossible.
    """

    at = models.DateTimeField("waktu")
    kind = models.CharField("gerakan", max_length=10, choices=[(m.value, m.label) for m in Move])
    stock = models.ForeignKey(
        BlankStock, models.PROTECT, verbose_name="lokasi", related_name="movements", db_index=False
    )
    box = models.ForeignKey(BlankBox, models.PROTECT, null=True, related_name="movements", db_index=False)
    on_hand = models.IntegerField("ada", default=0)
    reserved = models.SmallIntegerField("cadangan", default=0)
    drawn = models.IntegerField("sedang dicetak", default=0)
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, related_name="blank_movements", db_index=False
    )
    receipt = models.ForeignKey(BlankReceipt, models.PROTECT, null=True, related_name="+", db_index=False)
    transfer = models.ForeignKey(BlankTransfer, models.PROTECT, null=True, related_name="+", db_index=False)
    count = models.ForeignKey(StockCount, models.PROTECT, null=True, related_name="+", db_index=False)
    batch = models.ForeignKey("requests_app.PrintBatch", models.PROTECT, null=True, related_name="+", db_index=False)
    card = models.ForeignKey("requests_app.Card", models.PROTECT, null=True, related_name="movements", db_index=False)
    photo = models.ForeignKey(StockPhoto, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField("alasan", max_length=12, blank=True, choices=list(SPOIL_REASONS.items()))
    day = models.DateField("hari pemakaian (WIB)", null=True)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = verbose_name_plural = "buku blangko"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "box"], condition=Q(kind=Move.RECEIPT), name="box_received_once"
            ),
            models.UniqueConstraint(
                fields=["transfer", "box", "kind"], condition=Q(transfer__isnull=False), name="transfer_line_moved_once"
            ),
            models.UniqueConstraint(fields=["count", "box"], condition=Q(count__isnull=False), name="corrected_once"),
            models.UniqueConstraint(
                fields=["card"], condition=Q(kind__in=[Move.PRINT, Move.SPOIL]), name="card_takes_one_blank"
            ),
            models.UniqueConstraint(
                fields=["stock", "day", "box"], condition=Q(kind=Move.OUTSIDE), name="used_outside_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["stock", "-id"], name="ledger_of_location"),
            models.Index(fields=["application", "id"], condition=Q(application__isnull=False), name="ledger_of_person"),
            models.Index(fields=["box", "id"], condition=Q(box__isnull=False), name="ledger_of_box"),
            models.Index(fields=["photo"], condition=Q(photo__isnull=False), name="ledger_of_photo"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BlankWait(models.Model):
    """An approved application that waits for a blank, and what its owner was last told about its place."""

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="blank_wait")
    since = models.DateTimeField()
    told_at = models.DateTimeField()
    told_place = models.PositiveIntegerField("urutan yang diberitahukan")
    told_week = models.DateField("minggu yang diberitahukan (Senin)", null=True)
    next_tell_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_tell_at"], name="waits_to_tell")]

    def __str__(self) -> str:
        return f"wait {self.application_id}"


class BlankDay(models.Model):
    """One day (WIB) that is over: cards asked for, whether blanks were free all day, and what was left at its end."""

    day = models.DateField(unique=True)
    demand = models.PositiveIntegerField("kartu diminta")
    available = models.BooleanField("blangko ada sepanjang hari")
    on_hand = models.PositiveIntegerField("ada")
    reserved = models.PositiveIntegerField("dicadangkan")
    waiting = models.PositiveIntegerField("menunggu blangko", default=0)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.demand}"


class StockAlert(models.Model):
    """Something about blanks or cards that people have to know; one row per matter, closed when it is over."""

    KINDS = [
        ("ledger", "Buku dan stok tidak sama"),
        ("cover", "Blangko hampir habis"),
        ("transfer", "Selisih kiriman blangko"),
        ("shipment", "Selisih kiriman kartu"),
        ("loss", "Kartu tidak ditemukan"),
        ("unfetched", "Kartu perlu dibawa ke kantor"),
    ]

    kind = models.CharField(max_length=10, choices=KINDS)
    key = models.CharField(max_length=60)
    stock = models.ForeignKey(BlankStock, models.PROTECT, null=True, related_name="+", db_index=False)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "peringatan stok"
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(closed_at__isnull=True), name="one_open_alert_per_matter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
