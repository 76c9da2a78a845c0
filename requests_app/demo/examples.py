"""Twenty named examples: each shows one thing that a newcomer wants to see at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.scenarios import approval, recording
from requests_app.operations.decisions import Verdict

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Example:
    """One named example and the applications that it consists of."""

    name: str
    shows: str
    play: Callable[[Office], list[Life]]


def _life(
    office: Office, ago: timedelta, *, reachable: bool = True, hints: Any = None, held: bool = False, **over: Any
) -> Life:
    contact = {"contact": "whatsapp", "reason": "hilang", **over}
    return Life(office, office.people.draw(**contact), office.now - ago, reachable=reachable, hints=hints, held=held)


def _decided(life: Life, ago: timedelta, verdict: Verdict, officer: int = 0) -> Life:
    life.decide(life.office.now - ago, life.office.officers[officer], verdict)
    return life


def _due_in_an_hour(office: Office) -> list[Life]:
    return [_life(office, 5 * DAY - HOUR, name="Siti Andaikan", sex="P")]


def _broken_yesterday(office: Office) -> list[Life]:
    return [_life(office, 6 * DAY, reason="rusak", name="Ahmad Seumpama", sex="L")]


def _waiting_for_correction(office: Office) -> list[Life]:
    verdict = Verdict("needs_correction", items=[{"target": "KK", "reason": "foto_terpotong"}])
    return [_decided(_life(office, 3 * DAY, name="Ratna Sampel", sex="P"), DAY, verdict)]


def _undelivered(office: Office) -> list[Life]:
    life = _life(office, 3.5 * DAY, name="Idris Umpama", sex="L", reachable=False)
    return [_decided(life, 1.5 * DAY, approval(life))]


def _decided_but_broken(office: Office) -> list[Life]:
    life = _life(office, 5.5 * DAY, name="Zainal Percontohan", sex="L", reachable=False)
    return [_decided(life, 2 * DAY, approval(life))]


def _held_pair(office: Office) -> list[Life]:
    first = _life(office, 2 * DAY, name="Yuliana Rekaan", sex="P")
    again = {**first.answers, "phone": office.people.next_phone(), "address": "Jl. Umpama Raya No. 17"}
    return [first, Life(office, again, office.now - DAY, held=True)]


def _recording_needed(office: Office) -> list[Life]:
    life = _life(office, 4 * DAY, reason="baru", recorded_before="no", name="Fitri Simulasi", sex="P")
    return [_decided(life, 2 * DAY, recording(life))]


def _to_collect(office: Office) -> list[Life]:
    life = _life(office, 4 * DAY, reason="rusak", name="Budi Ilustrasi", sex="L")
    return [_decided(life, 2.5 * DAY, approval(life))]


def _rejected(office: Office) -> list[Life]:
    life = _life(office, 4 * DAY, name="Hendra Misalnya", sex="L")
    return [_decided(life, 2 * DAY, Verdict("rejected", reason_code="bukan_penduduk"))]


def _objection(office: Office) -> list[Life]:
    life = _life(office, 5 * DAY, reason="perubahan_data", name="Kartika Contoh", sex="P")
    _decided(life, 3 * DAY, Verdict("rejected", reason_code="kk_belum_berubah"))
    life.object(office.now - DAY, "Kartu Keluarga saya sudah diperbarui bulan lalu. Mohon diperiksa sekali lagi.")
    return [life]


def _by_email(office: Office) -> list[Life]:
    email = "warga.contoh@contoh.example"
    return [_life(office, 1.5 * DAY, contact="email", email=email, name="Laila Umpama", sex="P")]


def _looks_it_up(office: Office) -> list[Life]:
    life = _life(office, 2.5 * DAY, contact="none", name="Darwis Rekaan", sex="L")
    return [_decided(life, DAY, approval(life))]


def _family_phone(office: Office) -> list[Life]:
    first = _life(office, 1.2 * DAY, name="Rukmini Sampel", sex="P")
    shared: dict[str, Any] = {
        key: first.answers[key] for key in ("phone", "kk_number", "kelurahan", "address", "rt", "rw")
    }
    owner: dict[str, Any] = {"phone_owner": "other", "phone_owner_name": "Rukmini Sampel"}
    return [
        first,
        _life(office, 1.1 * DAY, reason="baru", recorded_before="yes", name="Robi Sampel", sex="L", **shared, **owner),
        _life(office, 1.0 * DAY, reason="rusak", name="Sari Sampel", sex="P", **shared, **owner),
    ]


def _one_word_name(office: Office) -> list[Life]:
    return [_life(office, 20 * HOUR, name="Ma'ruf", sex="L")]


def _old_titles(office: Office) -> list[Life]:
    return [
        _life(office, 21 * HOUR, name="Kgs. M. Contoh", sex="L"),
        _life(office, 22 * HOUR, name="Nyimas Umpama", sex="P", reason="rusak"),
    ]


def _outside_domicile(office: Office) -> list[Life]:
    place: dict[str, Any] = {
        "registered_address": "Jl. Misalnya No. 8",
        "registered_region": "Kota Bandung",
        "cause": "rusak",
    }
    return [_life(office, 30 * HOUR, reason="luar_domisili", name="Indah Ilustrasi", sex="P", **place)]


def _from_abroad(office: Office) -> list[Life]:
    return [_life(office, 28 * HOUR, reason="pindah_datang", origin="abroad", name="Iskandar Simulasi", sex="L")]


def _changed_elements(office: Office) -> list[Life]:
    elements = [
        {"element": "nama", "old": "Mariyam Contoh", "new": "Maryam Contoh"},
        {"element": "status_perkawinan", "old": "Belum kawin", "new": "Kawin tercatat"},
        {"element": "pekerjaan", "old": "Pelajar/Mahasiswa", "new": "Perawat"},
    ]
    return [_life(office, 26 * HOUR, reason="perubahan_data", elements=elements, name="Maryam Contoh", sex="P")]


def _by_outsider(office: Office) -> list[Life]:
    who: dict[str, Any] = {
        "applicant": "outsider",
        "applicant_name": "Firman Misalnya",
        "applicant_relation": "ketua RT",
    }
    who["applicant_nik"] = "1671041205809911"
    return [_life(office, 27 * HOUR, name="Zubaidah Seumpama", sex="P", **who)]


def _with_hints(office: Office) -> list[Life]:
    answers = office.people.draw(contact="whatsapp", reason="hilang", name="Putri Andaikan", sex="P")
    birth = date.fromisoformat(answers["birth_date"])
    answers["birth_date"] = (birth + timedelta(days=40)).isoformat()  # the NIK keeps the first one
    return [Life(office, answers, office.now - 25 * HOUR, hints={"KK": ["dark"]})]


EXAMPLES = (
    Example("due in an hour", "nobody has decided, and the promise ends in an hour", _due_in_an_hour),
    Example("broken yesterday", "undecided after five days: a Report is open, the apology was sent", _broken_yesterday),
    Example("waiting for correction", "one document has to be sent again", _waiting_for_correction),
    Example("undelivered", "approved, but the number has no WhatsApp: on the call list", _undelivered),
    Example("decided, untold, broken", "approved in time, told nobody: broken, on the call list", _decided_but_broken),
    Example("held duplicate", "two applications of one person; the second is held", _held_pair),
    Example("recording needed", "has to come for photo, fingerprints and iris", _recording_needed),
    Example("to be collected", "approved; the card waits for its owner", _to_collect),
    Example("rejected", "with reason and legal ground; an objection is possible", _rejected),
    Example("objection", "objected to a rejection: second round, another officer", _objection),
    Example("by e-mail", "no phone given", _by_email),
    Example("looks it up", "neither phone nor e-mail: the secret of the receipt opens it", _looks_it_up),
    Example("a phone for the whole family", "three applications, one phone", _family_phone),
    Example("one word", "a name of one word, with an apostrophe", _one_word_name),
    Example("old titles", "Kgs. and Nyimas", _old_titles),
    Example("outside the domicile", "registered in Bandung, lives here", _outside_domicile),
    Example("from abroad", "moved here from another country", _from_abroad),
    Example("changed data", "three elements change, each with its proof", _changed_elements),
    Example("applied by an outsider", "with power of attorney F-1.07", _by_outsider),
    Example("hints", "a dark photo, and a NIK that differs from the birth date", _with_hints),
)


def play_examples(office: Office) -> list[tuple[Example, list[Life]]]:
    """Play all of them, as far as each has come by now."""
    played = [(example, example.play(office)) for example in EXAMPLES]
    for _, lives in played:
        for life in lives:
            life.settle()
    return played


def examples_text(played: list[tuple[Example, list[Life]]], now: datetime) -> str:
    """What a newcomer reads: name, number, and what opens it on the tracking page."""
    lines = [f"Named examples, loaded {now:%Y-%m-%d %H:%M} UTC. /lacak/ asks for number and the proof beside it.", ""]
    for example, lives in played:
        lines.append(f"{example.name}: {example.shows}")
        lines += [f"    {life.application.number}   {_proof(life)}" for life in lives]
    return "\n".join(lines) + "\n"


def _proof(life: Life) -> str:
    if life.secret:
        return f"birth date {life.answers['birth_date']}, secret {life.secret}"
    if life.application.phone:
        return f"last four digits {life.application.phone[-4:]}"
    return f"birth date {life.answers['birth_date']}"
