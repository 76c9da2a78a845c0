"""What keeps a message from leaving, how well a zone's messages do, and what supervisors are warned of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from requests_app.rules.routes import EMAIL, HAND, SMS, WHATSAPP

LATE = timedelta(minutes=10)
"""A message of the promise that has waited longer is told to supervisors."""
OVERDUE = timedelta(minutes=1)
"""What may leave is sent within seconds; what has waited longer is stuck."""
CIRCUIT_PATIENCE = timedelta(minutes=5)
"""A number that is out of order for a shorter time is nobody's trouble."""
RECEIPTS_WITHIN = timedelta(minutes=5)
"""Receipts are read within seconds; what was stored longer ago is not read at all."""
CALLS_WITHIN = timedelta(hours=2)
BUDGET_WITHIN_HOURS = 3
"""So long before only answers may leave, at the present pace, supervisors are told: there is time to act."""
BUDGET_LEAST = 10
"""Per cent: of a limit that is hardly used no pace is told."""
TO_OFFICE = ("alert", "number_test")
"""Messages to people of the office: that one of them waits is told by the table, not by yet another message."""
INBOX_WITHIN = timedelta(hours=6)
"""Before a conversation ends that nobody has answered; a night fits in between."""
ENOUGH = 20
"""Shares of fewer messages say nothing."""
IN_TIME_SHARE = 0.95
FEW = 0.5
FAILED_SHARE = 0.10


class Cause(StrEnum):
    """Why a message has not left."""

    TURN = "turn"
    SENDING = "sending"
    RETRY = "retry"
    UNCONFIRMED = "unconfirmed"
    QUIET = "quiet"
    LIMIT = "limit"
    CIRCUIT = "circuit"
    BY_HAND = "by_hand"
    NO_NUMBER = "no_number"
    NOT_CONNECTED = "not_connected"
    TEMPLATE = "template"
    ACCOUNT = "account"
    MAIL_ACCOUNT = "mail_account"
    SMS_ACCOUNT = "sms_account"
    PROGRAM = "program"

    @property
    def words(self) -> str:
        """As supervisors read it."""
        return CAUSE_WORDS[self]

    @property
    def advice(self) -> str:
        """What to do; empty where nothing has to be done."""
        return ADVICE.get(self, "")

    @property
    def tone(self) -> str:
        """bad: somebody has to act. warn: it waits longer than it should. Empty: as it should be."""
        if self in HELD:
            return "bad"
        return "warn" if self in (Cause.LIMIT, Cause.CIRCUIT, Cause.RETRY, Cause.UNCONFIRMED) else ""


HELD = frozenset(
    {
        Cause.NO_NUMBER, Cause.NOT_CONNECTED, Cause.TEMPLATE, Cause.ACCOUNT, Cause.MAIL_ACCOUNT, Cause.SMS_ACCOUNT,
        Cause.PROGRAM,
    }
)  # fmt: skip
"""Nothing of it was sent, and nothing will be until somebody acts."""
CAUSE_WORDS = {
    Cause.TURN: "menunggu giliran",
    Cause.SENDING: "sedang dikirim",
    Cause.RETRY: "gagal sementara, dicoba lagi",
    Cause.UNCONFIRMED: "belum pasti terkirim, menunggu tanda terima",
    Cause.QUIET: "menunggu jam tenang selesai",
    Cause.LIMIT: "batas 24 jam terpakai, menunggu tempat",
    Cause.CIRCUIT: "jalur terganggu, dicoba tiap menit",
    Cause.BY_HAND: "dikirim dengan tangan dari ponsel zona",
    Cause.NO_NUMBER: "zona tanpa nomor yang bekerja",
    Cause.NOT_CONNECTED: "jalur belum diatur dengan benar",
    Cause.TEMPLATE: "templat atau teks ditolak",
    Cause.ACCOUNT: "akun atau nomor ditolak",
    Cause.MAIL_ACCOUNT: "akun surel ditolak",
    Cause.SMS_ACCOUNT: "akun SMS ditolak",
    Cause.PROGRAM: "pesan tidak dapat dibuat",
}
ADVICE = {
    Cause.RETRY: "Tidak ada yang perlu dikirim ulang: dicoba lagi sendiri, paling lama 30 menit sekali.",
    Cause.LIMIT: "Minta admin menaikkan tingkat akun di WhatsApp Manager, lalu mengubah batasnya di halaman Batas "
    "pengiriman. Jawaban tetap berangkat dari cadangan, dan yang lain lewat surel atau SMS.",
    Cause.CIRCUIT: "Tidak ada yang perlu dikirim ulang: semuanya berangkat begitu jalur bekerja lagi. Bila lebih dari "
    "30 menit, periksa metastatus.com dan jaringan server.",
    Cause.BY_HAND: "Petugas loket zona itu mengirimnya dari ponsel zona, di halaman Kirim pesan.",
    Cause.NO_NUMBER: "Minta admin mengisi nomor zona di halaman kelola, lalu mengirim pesan uji.",
    Cause.NOT_CONNECTED: "Minta admin memeriksa pengaturan jalur ini (alamat, token, pengirim), lalu menjalankan "
    "ulang layanan.",
    Cause.TEMPLATE: "Minta admin memeriksa templat di WhatsApp Manager dan mengajukannya lagi. Sesudah disetujui, "
    "pesan berangkat sendiri dalam sepuluh menit.",
    Cause.ACCOUNT: "Minta admin memeriksa token, pembayaran, dan pendaftaran nomor di WhatsApp Manager. Sesudah beres, "
    "pesan berangkat sendiri dalam sepuluh menit.",
    Cause.MAIL_ACCOUNT: "Minta admin memeriksa EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, dan "
    "DEFAULT_FROM_EMAIL, lalu menjalankan ulang layanan. Sesudah beres, pesan berangkat sendiri dalam sepuluh menit.",
    Cause.SMS_ACCOUNT: "Minta admin memeriksa SMS_API_TOKEN, SMS_API_URL, dan pulsa akun di penyedia SMS. Bila "
    "pengaturan diubah, jalankan ulang layanan. Sesudah beres, pesan berangkat sendiri dalam sepuluh menit.",
    Cause.PROGRAM: 'Kesalahan program, bukan WhatsApp Manager. Minta admin mencari "cannot be made" di log worker dan '
    "mengirimnya ke pengembang. Sesudah diperbaiki, pesan berangkat sendiri dalam sepuluh menit.",
}
OF_STATE = {
    "queued": Cause.TURN,
    "sending": Cause.SENDING,
    "retry": Cause.RETRY,
    "unconfirmed": Cause.UNCONFIRMED,
}
LIMIT_REACHED = (
    "Minta admin menaikkan tingkat akun di WhatsApp Manager, lalu mengubah batasnya di halaman Batas pengiriman. "
    "Sampai saat itu, siapa yang tanpa surel dan SMS menunggu, dan ditelepon sebelum janjinya lewat."
)
HELD_CODES = {
    "no_number": Cause.NO_NUMBER,
    "not_configured": Cause.NOT_CONNECTED,
    # The provider's address, or a token that no header can carry: nobody was called.
    "InvalidURL": Cause.NOT_CONNECTED,
    "UnsupportedProtocol": Cause.NOT_CONNECTED,
    "LocalProtocolError": Cause.NOT_CONNECTED,
}
ACCOUNTS = {WHATSAPP: Cause.ACCOUNT, EMAIL: Cause.MAIL_ACCOUNT, SMS: Cause.SMS_ACCOUNT}
OF_SERVERS = ("smtp_", "http_")
"""So begin the codes of refusals by a server; those of WhatsApp itself are numbers."""


def cause_of(*, state: str, channel: str, code: str, kind: str, is_later: bool, is_broken: bool) -> Cause:
    """Why a notice in this state has not left. `kind`: the class of its code; `is_later`: it may not leave yet;
    `is_broken`: its number or channel is out of order."""
    if state == "held":
        return _cause_of_held(channel, code, kind)
    if state != "sending" and is_later:
        return Cause.QUIET
    if channel == HAND:
        return Cause.BY_HAND
    if state != "sending" and is_broken:
        return Cause.CIRCUIT
    over_limit = state == "queued" and code == "portfolio" and channel == WHATSAPP
    return Cause.LIMIT if over_limit else OF_STATE[state]


def _cause_of_held(channel: str, code: str, kind: str) -> Cause:
    """Whoever can put it right: what is no code of anybody's is the name of an error of our own."""
    if code in HELD_CODES:
        return HELD_CODES[code]
    if kind == "account" or code.startswith(OF_SERVERS):
        return ACCOUNTS.get(channel, Cause.ACCOUNT)
    return Cause.TEMPLATE if code.isdigit() else Cause.PROGRAM


@dataclass(frozen=True)
class Condition:
    """Something that supervisors are told while it lasts: `kind` and `subject` say whether it is the same as before.

    `channel`: what it is about; its alert takes another one where it can.
    `title` and `text` leave by message: counts, codes and names of zones only, nothing about anybody.
    """

    kind: str
    subject: str
    title: str
    text: str
    advice: str = ""
    tone: str = "bad"
    channel: str = ""

    @property
    def key(self) -> str:
        """What its alerts are known by."""
        return f"{self.kind}:{self.subject}"


# By kind, or by kind and subject where one kind has matters with other remedies.
CONDITION_WORDS = {
    "circuit": "Jalur tidak menjawab",
    "number": "Nomor WhatsApp ditolak",
    "budget_warn": "Batas WhatsApp 24 jam hampir habis",
    "budget_full": "Batas WhatsApp 24 jam habis",
    "held": "Pesan tertunda",
    "late": "Jawaban belum berangkat lebih dari 10 menit",
    "calls": "Warga harus ditelepon dalam dua jam",
    "receipts:unread": "Tanda terima belum dibaca",
    "receipts:trouble": "Kiriman penyedia tidak dapat dibaca",
    "unknown_number": "Pesan warga ke nomor yang bukan nomor zona",
    "refused": "Kiriman penyedia ditolak",
    "inbox": "Warga yang menulis belum dijawab",
    "silent": "Pekerja tidak berjalan",
}
TONES = ("good", "warn", "bad")
TONE_WORDS = {"good": "Baik", "warn": "Perlu dilihat", "bad": "Terganggu"}


def worst(tones: Sequence[str]) -> str:
    """The worst of some tones; good where there are none."""
    return max((tone for tone in tones if tone in TONES), key=TONES.index, default="good")
