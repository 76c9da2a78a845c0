"""Named examples of KTP-el: each shows one thing that a newcomer wants to see at once."""

from datetime import date, timedelta
from typing import Any

from requests_app.demo.example import DAY, HOUR, Example, a_life, decided
from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.scenarios import approval, fetch
from requests_app.demo.zones import DESK_ZONE
from requests_app.operations.decisions import Verdict


def _due_in_an_hour(office: Office) -> list[Life]:
    return [a_life(office, 5 * DAY - HOUR, name="Siti Andaikan", sex="P")]


def _broken_yesterday(office: Office) -> list[Life]:
    return [a_life(office, 6 * DAY, reason="rusak", name="Ahmad Seumpama", sex="L")]


def _waiting_for_correction(office: Office) -> list[Life]:
    verdict = Verdict("needs_correction", items=[{"target": "KK", "reason": "foto_terpotong"}])
    return [decided(a_life(office, 3 * DAY, name="Ratna Sampel", sex="P"), DAY, verdict)]


def _expired(office: Office) -> list[Life]:
    verdict = Verdict("needs_correction", items=[{"target": "SURAT_HILANG", "reason": "foto_buram"}])
    return [decided(a_life(office, 18 * DAY, name="Hasan Rekaan", sex="L"), 16 * DAY, verdict)]


def _undelivered(office: Office) -> list[Life]:
    life = a_life(office, 3.5 * DAY, name="Idris Umpama", sex="L", reachable=False)
    return [decided(life, 1.5 * DAY, approval(life))]


def _decided_but_broken(office: Office) -> list[Life]:
    life = a_life(office, 5.5 * DAY, name="Zainal Percontohan", sex="L", reachable=False)
    return [decided(life, 2 * DAY, approval(life))]


def _held_pair(office: Office) -> list[Life]:
    first = a_life(office, 2 * DAY, name="Yuliana Rekaan", sex="P")
    again = {**first.answers, "phone": office.people.next_phone(), "address": "Jl. Umpama Raya No. 17"}
    return [first, Life(office, again, office.now - DAY, held=True)]


def _to_collect(office: Office) -> list[Life]:
    return [_approved(office, 7 * DAY, reason="rusak", name="Budi Ilustrasi", sex="L")]


def _waiting_for_blank(office: Office) -> list[Life]:
    """Where the zone that prints for itself is there; elsewhere they are just printed."""
    first = _approved(office, 4.2 * DAY, where=DESK_ZONE, reason="rusak", name="Amir Andaikan", sex="L")
    young = _approved(
        office, 2.3 * DAY, where=DESK_ZONE, reason="baru", recorded_before="yes", name="Nurul Contoh", sex="P"
    )
    return [first, young]


def _waiting_with_suket(office: Office) -> list[Life]:
    life = _approved(office, 4.4 * DAY, where=DESK_ZONE, name="Halimah Sampel", sex="P")
    if life.waits:
        life.issue_suket(max(office.now - 3.1 * DAY, life.last_at), office.clerks[life.application.zone_id])
    return [life]


def _unfetched(office: Office) -> list[Life]:
    """The first of the zone that a demo account sees, the others of any."""
    return [
        _approved(office, 12 * DAY, where=DESK_ZONE, name="Faisal Misalnya", sex="L"),
        _approved(office, 26 * DAY, where=DESK_ZONE, reason="rusak", name="Wati Rekaan", sex="P"),
        _approved(office, 43 * DAY, where=DESK_ZONE, name="Yusuf Ilustrasi", sex="L"),
        _approved(office, 40 * DAY, name="Mariyam Percontohan", sex="P"),
        _approved(office, 65 * DAY, where=DESK_ZONE, name="Samsul Umpama", sex="L"),
    ]


def _printed_twice(office: Office) -> list[Life]:
    life = _approved(office, 9 * DAY, reason="rusak", name="Dewi Umpama", sex="P")
    life.spoils = True
    return [life]


def _handed_over(office: Office) -> list[Life]:
    life = _approved(office, 13 * DAY, reason="rusak", name="Joko Simulasi", sex="L")
    life.produce()
    if life.is_ready:
        fetch(life, min(life.last_at + 2 * DAY, office.now - HOUR))
    return [life]


def _approved(office: Office, ago: timedelta, *, where: str = "", **over: Any) -> Life:
    """Approved so long ago, in a zone of this code; without one, in a zone for which the head office prints."""
    zone = office.zone(where)
    places = office.kelurahan_of(zone) if zone else [k for k, z in office.zones.items() if z.code != DESK_ZONE]
    life = a_life(office, ago + 1.2 * DAY, kelurahan=office.rng.choice(places), **over)
    return decided(life, ago, approval(life))


def _rejected(office: Office) -> list[Life]:
    life = a_life(office, 4 * DAY, name="Hendra Misalnya", sex="L")
    return [decided(life, 2 * DAY, Verdict("rejected", reason_code="bukan_penduduk"))]


def _objection(office: Office) -> list[Life]:
    life = a_life(office, 5 * DAY, reason="perubahan_data", name="Kartika Contoh", sex="P")
    decided(life, 3 * DAY, Verdict("rejected", reason_code="kk_belum_berubah"))
    life.object(office.now - DAY, "Kartu Keluarga saya sudah diperbarui bulan lalu. Mohon diperiksa sekali lagi.")
    return [life]


def _by_email(office: Office) -> list[Life]:
    email = "warga.contoh@contoh.example"
    return [a_life(office, 1.5 * DAY, contact="email", email=email, name="Laila Umpama", sex="P")]


def _looks_it_up(office: Office) -> list[Life]:
    life = a_life(office, 2.5 * DAY, contact="none", name="Darwis Rekaan", sex="L")
    return [decided(life, DAY, approval(life))]


def _family_phone(office: Office) -> list[Life]:
    first = a_life(office, 1.2 * DAY, name="Rukmini Sampel", sex="P")
    shared: dict[str, Any] = {
        key: first.answers[key] for key in ("phone", "kk_number", "kelurahan", "address", "rt", "rw")
    }
    owner: dict[str, Any] = {"phone_owner": "other", "phone_owner_name": "Rukmini Sampel"}
    return [
        first,
        a_life(office, 1.1 * DAY, reason="baru", recorded_before="yes", name="Robi Sampel", sex="L", **shared, **owner),
        a_life(office, 1.0 * DAY, reason="rusak", name="Sari Sampel", sex="P", **shared, **owner),
    ]


def _one_word_name(office: Office) -> list[Life]:
    return [a_life(office, 20 * HOUR, name="Ma'ruf", sex="L")]


def _old_titles(office: Office) -> list[Life]:
    return [
        a_life(office, 21 * HOUR, name="Kgs. M. Contoh", sex="L"),
        a_life(office, 22 * HOUR, name="Nyimas Umpama", sex="P", reason="rusak"),
    ]


def _outside_domicile(office: Office) -> list[Life]:
    place: dict[str, Any] = {
        "registered_address": "Jl. Misalnya No. 8",
        "registered_region": "Kota Bandung",
        "cause": "rusak",
    }
    return [a_life(office, 30 * HOUR, reason="luar_domisili", name="Indah Ilustrasi", sex="P", **place)]


def _from_abroad(office: Office) -> list[Life]:
    return [a_life(office, 28 * HOUR, reason="pindah_datang", origin="abroad", name="Iskandar Simulasi", sex="L")]


def _changed_elements(office: Office) -> list[Life]:
    elements = [
        {"element": "nama", "old": "Mariyam Contoh", "new": "Maryam Contoh"},
        {"element": "status_perkawinan", "old": "Belum kawin", "new": "Kawin tercatat"},
        {"element": "pekerjaan", "old": "Pelajar/Mahasiswa", "new": "Perawat"},
    ]
    return [a_life(office, 26 * HOUR, reason="perubahan_data", elements=elements, name="Maryam Contoh", sex="P")]


def _by_outsider(office: Office) -> list[Life]:
    who: dict[str, Any] = {
        "applicant": "outsider",
        "applicant_name": "Firman Misalnya",
        "applicant_relation": "ketua RT",
    }
    who["applicant_nik"] = "1671041205809911"
    return [a_life(office, 27 * HOUR, name="Zubaidah Seumpama", sex="P", **who)]


def _with_hints(office: Office) -> list[Life]:
    at = office.now - 25 * HOUR
    answers = office.people.draw(at=at, contact="whatsapp", reason="hilang", name="Putri Andaikan", sex="P")
    birth = date.fromisoformat(answers["birth_date"])
    answers["birth_date"] = (birth + timedelta(days=40)).isoformat()  # the NIK keeps the first one
    return [Life(office, answers, at, hints={"KK": ["dark"]})]


CARD_EXAMPLES = (
    Example("due in an hour", "nobody has decided, and the promise ends in an hour", _due_in_an_hour),
    Example("broken yesterday", "undecided after five days: a Report is open, the apology was sent", _broken_yesterday),
    Example("waiting for correction", "one document has to be sent again", _waiting_for_correction),
    Example("expired", "the correction was not sent within fourteen days", _expired),
    Example("undelivered", "approved, but the number has no WhatsApp: on the call list", _undelivered),
    Example("decided, untold, broken", "approved in time, told nobody: broken, on the call list", _decided_but_broken),
    Example("held duplicate", "two applications of one person; the second is held", _held_pair),
    Example("to be collected", "the card lies at the zone's office and waits for its owner", _to_collect),
    Example("waiting for a blank", "approved, and no blank is left: place in the line and week", _waiting_for_blank),
    Example("waiting with a suket", "the same, with a temporary certificate meanwhile", _waiting_with_suket),
    Example("unfetched", "cards that nobody fetched, reminded up to three times; one is to be carried", _unfetched),
    Example("printed twice", "the first card was spoiled and took another blank", _printed_twice),
    Example("handed over", "against the pickup code", _handed_over),
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
