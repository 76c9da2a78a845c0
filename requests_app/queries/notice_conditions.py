"""What supervisors are told of at once, on their page and by message: each matter in words, with what to do.

What is wrong is read by queries/notice_situation.py. A matter keeps its subject while it lasts, whichever zones it has
reached, so that one outage is one box and one message.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from requests_app.models import Circuit, Zone
from requests_app.queries.notice_waiting import BudgetNow, Waiting
from requests_app.rules.dates import format_count, format_moment, format_time
from requests_app.rules.labels import error_words
from requests_app.rules.notice_health import CIRCUIT_PATIENCE, HELD, LATE, LIMIT_REACHED, Cause, Condition
from requests_app.rules.routes import EMAIL, HAND, SMS, WHATSAPP
from requests_app.rules.webhook_posts import Posts

WAY_NAMES = {WHATSAPP: "WhatsApp", HAND: "WhatsApp dengan tangan", SMS: "SMS", EMAIL: "surel"}
WATCHED = {
    "enforce_promises": "Penjaga janji lima hari",
    "deliver_due": "Pengirim WhatsApp",
    "deliver_others": "Pengirim surel dan SMS",
}
SECRETS = {WHATSAPP: "WHATSAPP_APP_SECRET", SMS: "SMS_REPORT_SECRET"}
SENDERS = {"deliver_due": WHATSAPP, "deliver_others": EMAIL}


def of_circuits(circuits: Sequence[Circuit], now: datetime) -> Iterator[Condition]:
    """One for each channel: its numbers that do not answer, once one of them has been silent for five minutes."""
    for channel in dict.fromkeys(circuit.channel for circuit in circuits):
        broken = [circuit for circuit in circuits if circuit.channel == channel]
        since = min(circuit.opened_at for circuit in broken if circuit.opened_at is not None)
        if since > now - CIRCUIT_PATIENCE:
            continue
        codes = dict.fromkeys(error_words(circuit.last_error) for circuit in broken)
        zones = sorted((circuit.zone for circuit in broken if circuit.zone is not None), key=lambda zone: zone.code)
        yield Condition(
            "circuit", channel, f"{_way_name(channel, zones)} tidak menjawab",
            f"{_named(zones)}Sejak {format_moment(since)}: {', '.join(codes)}. Pesan menunggu dan berangkat sendiri "
            "begitu jalur bekerja lagi.",
            Cause.CIRCUIT.advice, channel=channel,
        )  # fmt: skip


def _way_name(channel: str, zones: Sequence[Zone]) -> str:
    """One zone's number, several, or a channel that all share."""
    name = WAY_NAMES.get(channel, channel)
    if len(zones) > 1:
        return f"{name} {len(zones)} zona"
    return f"{name} {zones[0].name}" if zones else name[:1].upper() + name[1:]


def _named(zones: Sequence[Zone]) -> str:
    return f"Di {_names(zones)}. " if len(zones) > 1 else ""


def _names(zones: Iterable[Zone]) -> str:
    return ", ".join(zone.name for zone in zones)


def of_numbers(zones: Sequence[Zone]) -> Iterator[Condition]:
    """Numbers that the provider refused: they invite nobody; their other messages leave from one that works.

    `zones`: all that send by the API.
    """
    one_works = any(not zone.number_trouble for zone in zones)
    others = "Pesan lain berangkat dari nomor zona lain" if one_works else "Pesan lain menunggu"
    for code in sorted({zone.number_trouble for zone in zones} - {""}):
        refused = [zone for zone in zones if zone.number_trouble == code]
        yield Condition(
            "number", code, f"Nomor WhatsApp ditolak di {len(refused)} zona",
            f"Di {_names(refused)}. Sebab: {error_words(code)}. Zona ini tidak mengundang siapa pun. {others}.",
            "Minta admin memeriksa nomor ini di WhatsApp Manager, lalu mengirim pesan uji dari halaman zona. Tiap "
            "sepuluh menit satu pesan dicoba dari nomor itu; begitu diterima, zona mengundang lagi.",
            channel=WHATSAPP,
        )  # fmt: skip


def of_budget(budget: BudgetNow, now: datetime) -> Iterator[Condition]:
    """The limit of 24 hours is used up, or nearly."""
    used = f"{format_count(budget.used)} dari {format_count(budget.limit)} orang dalam 24 jam"
    if budget.is_used_up:
        text = f"Terpakai {used}. Orang baru ditulisi lewat surel atau SMS, atau menunggu."
        yield Condition(
            "budget_full", "portfolio", "Batas WhatsApp 24 jam habis", text, LIMIT_REACHED, channel=WHATSAPP
        )
    elif budget.is_near:
        yield Condition(
            "budget_warn", "portfolio", "Batas WhatsApp 24 jam hampir habis",
            f"Terpakai {used}. {_forecast(budget, now)}.", Cause.LIMIT.advice, "warn", WHATSAPP,
        )  # fmt: skip


def _forecast(budget: BudgetNow, now: datetime) -> str:
    """When only answers may leave, and when nobody new may be written to; one moment where nothing is reserved."""
    ends = f"dalam {budget.full_in} jam batasnya habis" if budget.full_in and budget.reserve else ""
    if budget.reserve_in == 0:
        first = "Sekarang hanya jawaban yang berangkat"
        return f"{first}; dengan laju ini {ends}" if ends else first
    only = "hanya jawaban yang berangkat" if budget.reserve else "orang baru tidak dapat ditulisi"
    if budget.reserve_in is None:
        return f"Sesudah {format_count(budget.open_to_all)} {only}"
    at = format_time(now + timedelta(hours=budget.reserve_in))
    first = f"Dengan laju ini dalam {budget.reserve_in} jam ({at}) {only}"
    return f"{first}, dan {ends}" if ends else first


def of_held(waiting: Sequence[Waiting]) -> Iterator[Condition]:
    """One for each channel and code: whoever puts it right, puts all of it right."""
    held: dict[tuple[str, str], list[Waiting]] = {}
    for row in waiting:
        if row.cause in HELD and not row.to_office:
            held.setdefault((row.channel, row.code), []).append(row)
    for (channel, code), rows in sorted(held.items()):
        number, cause = sum(row.number for row in rows), rows[0].cause
        name = WAY_NAMES.get(channel, channel)
        yield Condition(
            "held", f"{channel}.{code or 'none'}", f"{format_count(number)} pesan {name} tertunda",
            f"Sebab: {cause.words}, {error_words(code)}. Tidak ada yang hilang.", cause.advice, channel=channel,
        )  # fmt: skip


def of_late(waiting: Sequence[Waiting], now: datetime) -> Iterator[Condition]:
    """Messages of the promise that should have left long ago, whatever keeps them; the cause is that of the oldest."""
    due = [row for row in waiting if row.is_due and not row.to_office]
    late = [(row.promised_since, row) for row in due if row.promised_since and row.promised_since <= now - LATE]
    if late:
        since, oldest = min(late, key=lambda each: each[0])
        text = f"Yang terlama menunggu sejak {format_moment(since)}. Sebab: {oldest.cause.words}."
        advice = oldest.cause.advice or "Periksa apakah pengirim pesan berjalan."
        yield Condition(
            "late", "promise", "Jawaban belum berangkat lebih dari 10 menit", text, advice, channel=oldest.channel
        )


def of_calls(number: int) -> Iterator[Condition]:
    """People who have to be called before their promise is over."""
    if number:
        yield Condition(
            "calls", "due", f"{format_count(number)} warga harus ditelepon dalam dua jam",
            "Pesan tidak sampai, dan batas janji mereka hampir tiba.",
            "Minta petugas membuka daftar hubungi dan menelepon, yang paling mendesak dulu.",
        )  # fmt: skip


def of_receipts(stored: Mapping[str, int]) -> Iterator[Condition]:
    """Among it may be what people wrote."""
    if stored["unread"]:
        yield Condition(
            "receipts", "unread", f"{format_count(stored['unread'])} tanda terima belum dibaca",
            "Pesan yang sudah sampai tampak belum sampai.", "Minta admin memeriksa worker.",
        )  # fmt: skip
    if stored["trouble"]:
        yield Condition(
            "receipts", "trouble", f"{format_count(stored['trouble'])} kiriman penyedia tidak dapat dibaca",
            "Dalam 24 jam terakhir. Mungkin pesan warga; tidak ada petugas yang melihatnya.",
            "Minta admin memeriksa log worker. Kiriman itu tetap disimpan; sesudah beres, tekan Coba lagi.",
        )  # fmt: skip


def of_unknown_number(number: int) -> Iterator[Condition]:
    """People wrote to a number that is no zone's: nobody reads it."""
    if number:
        yield Condition(
            "unknown_number", "inbox", f"{format_count(number)} pesan warga ke nomor yang bukan nomor zona",
            "Tidak ada petugas yang melihatnya. Pesan disimpan 30 hari.",
            "Minta admin memeriksa Phone number ID tiap zona di halaman Zona. Begitu diisi, pesan masuk ke kotak zona "
            "itu. Bila pesan tetap menunggu, ada nomor di akun WhatsApp yang belum menjadi nomor zona.",
        )  # fmt: skip


def of_posts(posts: Mapping[str, Posts]) -> Iterator[Condition]:
    """A webhook that believes nobody: perhaps only strangers post there, perhaps our own secret is wrong."""
    for door, counted in posts.items():
        if counted.is_secret_doubtful and getattr(settings, SECRETS[door]):
            yield Condition(
                "refused", door, f"Semua kiriman {WAY_NAMES[door]} ditolak",
                f"{format_count(counted.refused_lately)} kiriman bertanda tangan salah, dan sejak satu jam tidak ada "
                "yang diterima. Pesan yang sudah sampai tampak belum sampai.",
                f"Minta admin memeriksa {SECRETS[door]}. Penyedia mengirim lagi; tidak ada yang hilang. Bila nilainya "
                "benar, hanya orang lain yang mencoba.", channel=door,
            )  # fmt: skip


def of_inbox(zones: Sequence[str]) -> Iterator[Condition]:
    """People whom we may soon not answer in their conversation any more; `zones`: whom they wrote to."""
    if zones:
        yield Condition(
            "inbox", "waiting", "Warga yang menulis belum dijawab",
            f"Di {', '.join(zones)}. Sesudah 24 jam percakapan tertutup.",
            "Minta petugas zona itu membuka Pesan masuk dan menjawab.", "warn",
        )  # fmt: skip


def of_silence(silent: Sequence[tuple[str, datetime | None]]) -> Iterator[Condition]:
    """A worker that has not had its turn; `silent`: which, and since when."""
    for name, last in silent:
        since = f"Sejak {format_moment(last)}." if last else "Belum pernah berjalan."
        yield Condition(
            "silent", name, f"{WATCHED[name]} tidak berjalan", since, "Minta admin memeriksa worker dan beat.",
            channel=SENDERS.get(name, ""),
        )  # fmt: skip
