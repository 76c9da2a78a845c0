"""People who do not exist: NIK serials 9900 to 9999, phones +62 800-0000-0100 to 9999, names that say so."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from requests_app.models.keys import application_key
from requests_app.rules.catalogue import Reason

WOMEN = (
    "Siti", "Dewi", "Ratna", "Wulan", "Melati", "Nurlela", "Yuliana", "Fitri", "Kartika", "Aisyah", "Maryam", "Rukmini",
    "Sari", "Indah", "Zubaidah", "Laila", "Cek Ida", "Nyayu Halimah", "Masayu Rohani", "Putri",
)  # fmt: skip
MEN = (
    "Ahmad", "Rahmat", "Idris", "Hasan", "Darwis", "Yusuf", "Budi", "Hendra", "Iskandar", "Zainal", "Faisal", "Amir",
    "Joko", "Firman", "Robi", "M. Toha", "Kemas Umar", "Masagus Ali", "Kgs. Anwar", "Agus",
)  # fmt: skip
# Words for "made up", so that no one's real name appears and every list shows at once what it is.
MADE_UP = (
    "Contoh", "Umpama", "Misalnya", "Andaikan", "Sampel", "Percontohan", "Ilustrasi", "Rekaan", "Simulasi", "Seumpama",
)  # fmt: skip
LANES = ("Lrg. Contoh", "Jl. Umpama Raya", "Lrg. Rekaan", "Jl. Sampel", "Lrg. Misalnya", "Jl. Ilustrasi")
ELSEWHERE = (("317101", "Kota Administrasi Jakarta Pusat"), ("327301", "Kota Bandung"), ("150101", "Kabupaten Kerinci"))
REASONS = {
    Reason.HILANG: 30, Reason.BARU: 25, Reason.RUSAK: 20, Reason.PERUBAHAN_DATA: 15,
    Reason.PINDAH_DATANG: 7, Reason.LUAR_DOMISILI: 3,
}  # fmt: skip
CONTACTS = {"whatsapp": 88, "email": 5, "none": 7}
CHANGES = (
    {"element": "status_perkawinan", "old": "Belum kawin", "new": "Kawin tercatat"},
    {"element": "pekerjaan", "old": "Pelajar/Mahasiswa", "new": "Karyawan swasta"},
    {"element": "alamat", "old": "Lrg. Contoh No. 2", "new": "Jl. Umpama Raya No. 17"},
    {"element": "golongan_darah", "old": "-", "new": "O"},
)
FIRST_PHONE = 100  # the numbers before it belong to the example zones
FICTITIOUS_PHONES = 10_000 - FIRST_PHONE
PHONE_STEP = 37  # without a common factor with the 9,900 numbers: each is used once before one comes again
KTP_AGE_DAYS = 17 * 365 + 5


class People:
    """Draws the answers of one application after the other; no two have the same key.

    `taken` are key hashes that open applications hold already; `today` is the day in Asia/Jakarta.
    """

    def __init__(
        self, rng: random.Random, today: date, kelurahan: Sequence[str], taken: set[bytes], first_phone: int = 0
    ) -> None:
        self._rng, self._today = rng, today
        self._by_kecamatan: dict[str, list[str]] = {}
        for code in kelurahan:
            self._by_kecamatan.setdefault(code[:8], []).append(code)
        self._taken = taken
        self._phones = first_phone

    def draw(self, **over: Any) -> dict[str, Any]:
        """Complete answers for one KTP-el, as the form would have stored them."""
        rng = self._rng
        reason = over.get("reason") or rng.choices(list(REASONS), list(REASONS.values()))[0].value
        kelurahan = over.get("kelurahan") or rng.choice(self._by_kecamatan[rng.choice(list(self._by_kecamatan))])
        sex = over.get("sex") or rng.choice("LP")
        birth = self._birth_date(reason)
        answers = {
            "reason": reason,
            "applicant": "self",
            "name": f"{rng.choice(WOMEN if sex == 'P' else MEN)} {rng.choice(MADE_UP)}",
            "nik": "",
            "kk_number": self._kk_number(kelurahan),
            "birth_date": birth.isoformat(),
            "sex": sex,
            "kelurahan": kelurahan,
            "address": f"{rng.choice(LANES)} No. {rng.randint(1, 120)}",
            "rt": f"{rng.randint(1, 40):03d}",
            "rw": f"{rng.randint(1, 12):03d}",
            "collector": "self",
            **self._details(reason),
            **self._contact(over.get("contact")),
        } | over
        return self._with_free_nik(answers, over)

    def next_phone(self) -> str:
        """A number of the fictitious range; after 9,900 they come again, as shared phones do."""
        number = FIRST_PHONE + self._phones * PHONE_STEP % FICTITIOUS_PHONES
        self._phones += 1
        return f"+628000000{number:04d}"

    def _birth_date(self, reason: str) -> date:
        young = reason == Reason.BARU and self._rng.random() < 0.85
        days = self._rng.randint(0, 400) if young else self._rng.randint(200, 22_000)
        return self._today - timedelta(days=KTP_AGE_DAYS + days)

    def _with_free_nik(self, answers: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
        while True:
            if "nik" not in over:
                answers["nik"] = self.nik(answers)
            key = application_key("ktp_el", answers)
            if key not in self._taken or "nik" in over:
                self._taken.add(key)
                return answers

    def nik(self, answers: dict[str, Any], region: str = "") -> str:
        """A NIK that fits the answers, with a serial that the register has not reached."""
        birth = date.fromisoformat(answers["birth_date"])
        if not region and (answers["reason"] == Reason.LUAR_DOMISILI or self._rng.random() < 0.06):
            region = self._rng.choice(ELSEWHERE)[0]
        region = region or "1671" + answers["kelurahan"][6:8]
        day = birth.day + (40 if answers["sex"] == "P" else 0)
        return f"{region}{day:02d}{birth:%m%y}{self._rng.randint(9900, 9999)}"

    def _kk_number(self, kelurahan: str) -> str:
        issued = self._today - timedelta(days=self._rng.randint(30, 5_000))
        return f"1671{kelurahan[6:8]}{issued:%d%m%y}{self._rng.randint(9900, 9999)}"

    def _contact(self, chosen: str | None) -> dict[str, str]:
        contact = chosen or self._rng.choices(list(CONTACTS), list(CONTACTS.values()))[0]
        if contact == "email":
            return {"contact": contact, "email": f"warga{self._rng.randint(1, 99_999)}@contoh.example"}
        if contact == "none":
            return {"contact": contact}
        return {"contact": contact, "phone": self.next_phone(), "phone_owner": "self"}

    def _details(self, reason: str) -> dict[str, Any]:
        if reason == Reason.BARU:
            return {"recorded_before": self._rng.choices(["yes", "no", "unknown"], [70, 20, 10])[0]}
        if reason == Reason.HILANG:
            return self._police_letter()
        if reason == Reason.PERUBAHAN_DATA:
            return {"elements": [self._rng.choice(CHANGES)]}
        if reason == Reason.PINDAH_DATANG:
            return {"origin": "abroad" if self._rng.random() < 0.1 else "indonesia"}
        if reason == Reason.LUAR_DOMISILI:
            region = self._rng.choice(ELSEWHERE)[1]
            cause = self._rng.choice([Reason.HILANG.value, Reason.RUSAK.value])
            place = {"registered_address": "Jl. Misalnya No. 8", "registered_region": region, "cause": cause}
            return place | (self._police_letter() if cause == Reason.HILANG else {})
        return {}

    def _police_letter(self) -> dict[str, str]:
        written = self._today - timedelta(days=self._rng.randint(1, 20))
        return {
            "police_number": f"SKTLK/{self._rng.randint(100, 999)}/CONTOH/{written:%m/%Y}",
            "police_date": written.isoformat(),
            "police_station": "Polsek Contoh",
        }
