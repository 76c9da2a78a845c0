"""Blanks and cards: kinds of ledger lines, reasons, terms and orders. The office's own statement: blanks come from the
central government and run out (16,000 three months ago, 8,020 now); no card is promised that no blank exists for."""

from datetime import timedelta
from enum import StrEnum

MOST_AT_ONCE = 20_000
"""Nothing that people record of one box is more: a figure beyond it is a slip of the finger."""
MOST_OF_A_LETTER = 200_000
"""Nothing that one letter asks for or brings, and no promised delivery, is more: twelve good quarters in one."""
MOST_IN_A_BATCH = 500
REMIND_UNFETCHED = (timedelta(days=3), timedelta(days=14), timedelta(days=30))
TELL_WAITING_AT_LEAST = timedelta(days=14)
LEDGER_SWEEP = "check_ledger"
"""The sweep that proves once a day that counters are the ledger's sum."""
COVER_ALERTS = (30, 14, 7)
"""Days of cover at which supervisors are told."""


class Move(StrEnum):
    """What a line of the ledger records. The database knows which counters each kind may change, and which way."""

    RECEIPT = "receipt"
    SENT = "sent"
    ARRIVED = "arrived"
    RESERVE = "reserve"
    RELEASE = "release"
    DRAW = "draw"
    RETURN = "return"
    PRINT = "print"
    SPOIL = "spoil"
    OUTSIDE = "outside"
    CORRECT = "correct"

    @property
    def label(self) -> str:
        """What the office reads."""
        return _MOVES[self]


_MOVES = {
    Move.RECEIPT: "Terima dari pusat",
    Move.SENT: "Kirim ke lokasi lain",
    Move.ARRIVED: "Tiba dari lokasi lain",
    Move.RESERVE: "Cadangkan untuk permohonan",
    Move.RELEASE: "Lepas cadangan",
    Move.DRAW: "Ambil untuk cetak",
    Move.RETURN: "Kembali dari cetak",
    Move.PRINT: "Dicetak",
    Move.SPOIL: "Rusak",
    Move.OUTSIDE: "Dicetak di luar sistem",
    Move.CORRECT: "Koreksi opname",
}


class Outcome(StrEnum):
    """What became of one print attempt; PENDING until somebody says."""

    PENDING = ""
    PRINTED = "printed"
    SPOILED = "spoiled"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What the office reads."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Outcome.PENDING: "Menunggu hasil",
    Outcome.PRINTED: "Tercetak",
    Outcome.SPOILED: "Rusak",
    Outcome.DROPPED: "Tidak jadi dicetak",
}
LIVE_CARDS = (Outcome.PENDING.value, Outcome.PRINTED.value)

SPOIL_REASONS: dict[str, str] = {
    "print": "Hasil cetak buruk",
    "chip": "Cip tidak terbaca",
    "jam": "Macet di mesin",
    "data": "Data pada kartu salah",
    "damaged": "Blangko cacat dari kotak",
    "transport": "Rusak di perjalanan",
    "lost": "Hilang, dicari dan tidak ditemukan",
    "withdrawn": "Permohonan atau persetujuannya dibatalkan sesudah dicetak",
    "other": "Lainnya (jelaskan)",
}

BAD_AT_PRINTING = ("damaged", "jam")
"""Reasons of blanks without a card that come with printing, day by day: demand, as the forecast reads it. A box ruined
on its way (`transport`) or otherwise (`other`) is an accident; it is gone from the stock, but not expected again."""


class WaitingOrder(StrEnum):
    """Who gets a blank first when there are not enough."""

    FIRST_TIME = "first_time"
    FIFO = "fifo"

    @property
    def label(self) -> str:
        """What the office reads."""
        return _ORDERS[self]


_ORDERS = {
    WaitingOrder.FIRST_TIME: "Pemohon pertama kali lebih dulu, lalu yang paling lama menunggu",
    WaitingOrder.FIFO: "Yang paling lama menunggu lebih dulu",
}


class PickupAsked(StrEnum):
    """When the citizen is asked where and when to collect the card."""

    BEFORE = "before"
    AFTER = "after"

    @property
    def label(self) -> str:
        """What the office reads."""
        return {"before": "Sebelum dicetak", "after": "Sesudah dicetak"}[self]


PARTS = {"pagi": "pagi (sebelum pukul 12.00)", "siang": "siang (sesudah pukul 12.00)"}
OLD_CARD = {
    "withdrawn": "Kartu lama ditarik",
    "lost": "Kartu lama hilang",
    "none": "Belum pernah punya kartu",
}
"""What became of the old card at the handover."""
