"""The page "Gangguan": switches what goes wrong, and shows what is switched on and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from adminduk.embedded.simulator import chaos, faults
from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.look import moment, page, sender_name, spaced
from adminduk.embedded.simulator.state import Simulator
from adminduk.embedded.simulator.wa_me import as_phone

Rule = dict[str, Any]
Form = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """One entry of the list; ``sms`` is the rule of an SMS gateway, None where it has no such trouble."""

    label: str
    rule: Rule
    sms: Rule | None = None


_OUTAGE, _SLOW = {"action": "outage"}, {"action": "slow", "ms": 5000}
_NO_ANSWER = {"action": "timeout_after_accept", "seconds": 30}
_KINDS = {
    "padam": Kind("Padam: semua pesan ditolak", _OUTAGE, _OUTAGE),
    "lambat": Kind("Lambat: dijawab setelah 5 detik", _SLOW, _SLOW),
    "jawaban": Kind("Jawaban hilang, pesan tetap sampai", _NO_ANSWER, _NO_ANSWER),
    "nomor": Kind("Nomor penerima ditolak", {"action": faults.UNDELIVERABLE}, {"action": "http_error", "http": 422}),
    "hilang": Kind("Tanda terima hilang", {"action": "lost_webhook"}),
    "telat": Kind("Tanda terima terlambat 10 menit", {"action": "late_webhook", "seconds": 600}),
    "ganda": Kind("Tanda terima datang tiga kali", {"action": "dup_webhook", "n": 3}),
    "terbalik": Kind("Tanda terima datang terbalik", {"action": "reorder"}),
    "palsu": Kind("Tanda terima palsu datang juga", {"action": "forged_signature", "extra": True, "says": "failed"}),
    "kuota": Kind("Batas kecepatan: pesan ditolak", {"action": "http_429"}, {"action": "http_429"}),
    "token": Kind("Token kedaluwarsa", {"action": faults.TOKEN_ROTATES}, {"action": "http_error", "http": 401}),
    "template": Kind("Template dijeda", {"action": "template_132015"}),
}
_LIMITS = {
    "rate_per_second": "Pesan per detik, per nomor pengirim",
    "portfolio_limit": "Orang per 24 jam di luar percakapan (0: tanpa batas)",
    "pair_burst": "Pesan beruntun kepada satu orang",
    "pair_seconds": "Detik jeda kepada orang yang sama setelahnya",
    "answer_after_ms": "Lama setiap jawaban, dalam milidetik",
}
_EVERYBODY, _SMS = "semua", "sms"
_MOST = 1_000_000


def show(simulator: Simulator, request: Request) -> Response:
    """Show what is switched on, and the forms."""
    return _page(simulator, {})


def switch_on(simulator: Simulator, request: Request) -> Response:
    """Put one more rule in force; 422 with the reason when the form makes none."""
    form = request.form()
    kind, who = _KINDS.get(form.get("jenis", "")), form.get("untuk", "")
    share, minutes = _number(form.get("bagian", "100"), 1, 100), _number(form.get("menit", "") or "0", 0, 100_000)
    phone = as_phone(form.get("telepon", ""))
    if kind is None or who not in _whom(simulator):
        return _page(simulator, form, "Pilih gangguan dan pengirimnya.")
    rule = kind.sms if who == _SMS else kind.rule
    if rule is None:
        return _page(simulator, form, "Gangguan itu tidak ada pada SMS. Pilih yang lain.")
    if share is None or minutes is None:
        return _page(simulator, form, "Isi bagian dari 1 sampai 100 persen, dan lama dalam menit (boleh kosong).")
    match: Rule = {"channel": faults.SMS} if who == _SMS else {}
    match |= {"phone_number_id": who} if who not in {_SMS, _EVERYBODY} else {}
    match |= {"to": phone} if phone else {}
    match |= {"probability": share / 100} if share < 100 else {}
    match |= {"between": [None, simulator.store.now() + minutes * 60]} if minutes else {}
    faults.add(simulator.store, {**rule, "match": match})
    return _back()


def switch_off(simulator: Simulator, request: Request) -> Response:
    """Take one rule away, the chaos, or all of it."""
    which = request.form().get("apa", "")
    if which.isdigit():
        faults.remove(simulator.store, int(which))
    if which in {"acak", _EVERYBODY}:
        chaos.stop(simulator.store)
    if which == _EVERYBODY:
        faults.replace_all(simulator.store, [])
    return _back()


def start_chaos(simulator: Simulator, request: Request) -> Response:
    """Begin to pick faults at random."""
    form = request.form()
    seed, share = _number(form.get("benih", ""), 0, _MOST), _number(form.get("acak_bagian", ""), 1, 100)
    if seed is None or share is None:
        return _page(simulator, form, "Isi benih dengan bilangan bulat, dan bagian dari 1 sampai 100 persen.")
    chaos.start(simulator.store, seed=seed, share=share / 100, rules=list(chaos.USUAL))
    return _back()


def set_limits(simulator: Simulator, request: Request) -> Response:
    """Store the limits."""
    form = request.form()
    values = {name: _number(form.get(name, ""), 0, _MOST) for name in _LIMITS}
    known = {name: value for name, value in values.items() if value is not None}
    if len(known) < len(values):
        return _page(simulator, form, "Isi semua batas dengan bilangan bulat, dari 0.")
    simulator.store.save_settings(known)
    return _back()


def number_in_force(simulator: Simulator) -> int:
    """Return how many troubles are switched on."""
    return len(faults.in_force(simulator.store)) + (chaos.state(simulator.store) is not None)


def _back() -> Response:
    return Response(303, headers=(("Location", "/gangguan/"),))


def _number(text: str, least: int, most: int) -> int | None:
    typed = text.strip()
    value = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
    return value if least <= value <= most else None


def _page(simulator: Simulator, form: Form, problem: str = "") -> Response:
    alert = f'<p class="salah" role="alert">{problem}</p>' if problem else ""
    body = (
        '<header><a href="/" aria-label="Semua telepon dan surel">←</a><h1>Gangguan</h1></header><main class="ponsel">'
        f"{alert}<h2>Sedang berlaku</h2>{_in_force(simulator)}<h2>Sejauh ini</h2>{_counts(simulator)}"
        f"<h2>Nyalakan gangguan</h2>{_switch(simulator, form)}<h2>Acak</h2>{_chaos_form(form)}"
        f"<h2>Batas</h2>{_limits_form(simulator, form)}</main>"
    )
    return page("Gangguan", body, status=422 if problem else 200)


def _in_force(simulator: Simulator) -> str:
    rows = [(str(rule["id"]), *_told(simulator, rule)) for rule in faults.in_force(simulator.store)]
    if picked := chaos.state(simulator.store):
        hit = sum(picked["fired"].values())
        title = f"Acak, benih {picked['seed']}, {_percent(picked['share'])} pesan"
        rows.append(("acak", title, f"mengenai {hit} dari {picked['matched']} pesan"))
    if not rows:
        return "<p>Tidak ada. Semua berjalan seperti biasa.</p>"
    items = "".join(
        f"<li><div><b>{title}</b><small>{details}</small></div>{_off(which, 'Matikan', title)}</li>"
        for which, title, details in rows
    )
    return f'<ul class="gangguan">{items}</ul>{_off(_EVERYBODY, "Matikan semua", "")}'


def _off(which: str, label: str, title: str) -> str:
    """A button; the title is for who hears the page."""
    spoken = f'<span class="tersembunyi"> {title}</span>' if title else ""
    return (
        '<form method="post" action="/gangguan/matikan/">'
        f'<input type="hidden" name="apa" value="{which}"><button>{label}{spoken}</button></form>'
    )


def _told(simulator: Simulator, rule: Rule) -> tuple[str, str]:
    """Return title and details of a rule, escaped."""
    match = rule.get("match", {})
    is_sms = match.get("channel") == faults.SMS
    labels = [
        kind.label
        for kind in _KINDS.values()
        if (wanted := kind.sms if is_sms else kind.rule) and wanted.items() <= rule.items()
    ]
    who = "SMS" if is_sms else "semua nomor WhatsApp"
    if "phone_number_id" in match:
        who = sender_name(simulator, str(match["phone_number_id"]))
    parts = [who, *([f"ke {spaced(escape(str(match['to'])))}"] if "to" in match else [])]
    parts += [f"{_percent(match['probability'])} pesan"] if "probability" in match else []
    start, end = match.get("between", (None, None))
    parts += [f"mulai {moment(start)}"] if start else []
    parts += [f"sampai {moment(end)}"] if end else []
    parts.append(f"mengenai {rule['fired']} dari {rule['matched']} pesan")
    return escape(labels[0] if labels else rule["action"]), " · ".join(parts)


def _percent(share: float) -> str:
    return f"{share * 100:g}".replace(".", ",") + " %"


def _counts(simulator: Simulator) -> str:
    store, settings = simulator.store, simulator.store.settings()
    (calls,) = store.rows(
        "SELECT count(wamid) AS taken, count(*) - count(wamid) AS not_taken,"
        " count(CASE WHEN wamid IS NOT NULL AND http_status IS NULL THEN 1 END) AS unanswered FROM calls"
    )
    (sms,) = store.rows("SELECT count(accepted_at) AS taken, count(*) - count(accepted_at) AS not_taken FROM sms")
    states = {row["state"]: row["number"] for row in _receipts_by_state(simulator)}
    limit = f" dari {settings['portfolio_limit']:g}" if settings["portfolio_limit"] else ""
    rows = (
        ("Pesan WhatsApp diterima", f"{calls['taken']}, {calls['unanswered']} di antaranya belum dijawab"),
        ("Pesan WhatsApp ditolak atau terputus", calls["not_taken"]),
        ("Tanda terima", f"{states.get('done', 0)} dikirim, {states.get('pending', 0)} menunggu"),
        ("Tanda terima dihilangkan", states.get("lost", 0)),
        ("SMS", f"{sms['taken']} diterima, {sms['not_taken']} ditolak"),
        ("Orang dihubungi di luar percakapan, 24 jam", f"{simulator.limits.reached(store.now())}{limit}"),
    )
    return (
        '<dl class="hitungan">'
        + "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
        + "</dl>"
    )


def _receipts_by_state(simulator: Simulator) -> list[Rule]:
    return simulator.store.rows(
        "SELECT state, count(*) AS number FROM webhooks WHERE status <> 'inbound' GROUP BY state"
    )


def _whom(simulator: Simulator) -> dict[str, str]:
    """Return whom a trouble can be switched on for, with escaped names."""
    zones = {each: sender_name(simulator, each) for each in simulator.registry.senders.read() if each.isdigit()}
    return {_EVERYBODY: "Semua nomor WhatsApp", **zones, _SMS: "SMS"}


def _switch(simulator: Simulator, form: Form) -> str:
    kinds = {name: kind.label for name, kind in _KINDS.items()}
    return (
        '<form method="post" action="/gangguan/nyalakan/">'
        f"{_choice('jenis', 'Gangguan', kinds, form)}{_choice('untuk', 'Untuk', _whom(simulator), form)}"
        f"{_field('telepon', 'Hanya ke nomor ini (boleh kosong)', form, '', kind='tel')}"
        f"{_field('bagian', 'Bagian pesan, dalam persen', form, '100')}"
        f"{_field('menit', 'Lama, dalam menit (kosong: sampai dimatikan)', form, '')}<button>Nyalakan</button></form>"
    )


def _chaos_form(form: Form) -> str:
    return (
        "<p>Sebagian pesan mendapat gangguan yang dipilih acak. Benih yang sama memberi gangguan yang sama.</p>"
        '<form method="post" action="/gangguan/acak/">'
        f"{_field('benih', 'Benih', form, '1')}{_field('acak_bagian', 'Bagian pesan, dalam persen', form, '10')}"
        "<button>Mulai acak</button></form>"
    )


def _limits_form(simulator: Simulator, form: Form) -> str:
    settings = simulator.store.settings()
    fields = "".join(_field(name, label, form, f"{settings[name]:g}") for name, label in _LIMITS.items())
    return f'<form method="post" action="/gangguan/batas/">{fields}<button>Simpan batas</button></form>'


def _field(name: str, label: str, form: Form, default: str, kind: str = "text") -> str:
    value = escape(form.get(name, default))
    numeric = ' inputmode="numeric"' if kind == "text" else ""
    return (
        f'<label>{label}<input name="{name}" type="{kind}"{numeric} maxlength="20" autocomplete="off" value="{value}">'
        "</label>"
    )


def _choice(name: str, label: str, options: dict[str, str], form: Form) -> str:
    listed = "".join(
        f'<option value="{escape(value)}"{" selected" if form.get(name) == value else ""}>{text}</option>'
        for value, text in options.items()
    )
    return f'<label>{label}<select name="{name}">{listed}</select></label>'
