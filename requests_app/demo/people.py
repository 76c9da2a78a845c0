"""People who do not exist: NIK serials 9900 to 9999, phones +62 800-0000-0100 to 9999, names that say so."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from requests_app.demo.families import certified_details, family_details
from requests_app.models.keys import application_key
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.dates import local_date

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
REASONS: dict[Service, dict[Reason, int]] = {
    Service.KTP_EL: {
        Reason.HILANG: 30, Reason.BARU: 25, Reason.RUSAK: 20, Reason.PERUBAHAN_DATA: 15,
        Reason.PINDAH_DATANG: 7, Reason.LUAR_DOMISILI: 3,
    },
    Service.KK: {
        Reason.TAMBAH_ANGGOTA: 26, Reason.BARU_KELUARGA: 20, Reason.PERUBAHAN_ELEMEN_DATA: 16, Reason.BARU_PISAH_KK: 10,
        Reason.KURANG_ANGGOTA: 8, Reason.HILANG: 7, Reason.BARU_PINDAH_DATANG: 5, Reason.RUSAK: 4,
        Reason.GANTI_KEPALA_KELUARGA: 4,
    },
    Service.LEGALISIR: {
        Reason.AKTA_KELAHIRAN: 45, Reason.KK: 30, Reason.AKTA_PERKAWINAN: 10, Reason.AKTA_KEMATIAN: 8,
        Reason.AKTA_PERCERAIAN: 4, Reason.AKTA_LAIN: 3,
    },
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
    """Draws the answers of one application after the other; no two have the same key, person or family.

    `taken` are key hashes that open applications hold already; `today` is the day in Asia/Jakarta, `day` the one on
    which the application being drawn is sent.
    """

    def __init__(
        self, rng: random.Random, today: date, kelurahan: Sequence[str], taken: set[bytes], first_phone: int = 0
    ) -> None:
        self.rng, self._today, self.day = rng, today, today
        self._by_kecamatan: dict[str, list[str]] = {}
        for code in kelurahan:
            self._by_kecamatan.setdefault(code[:8], []).append(code)
        self._taken = taken
        self._drawn: set[str] = set()
        self._phones = first_phone

    def draw(self, service: Service = Service.KTP_EL, *, at: datetime | None = None, **over: Any) -> dict[str, Any]:
        """Complete answers for one application, as the form would have stored them at that moment (today)."""
        self.day = local_date(at) if at else self._today
        rng, reasons = self.rng, REASONS[service]
        reason = over.get("reason") or rng.choices(list(reasons), list(reasons.values()))[0].value
        kelurahan = over.get("kelurahan") or self.kelurahan()
        sex = over.get("sex") or rng.choice("LP")
        answers = {
            "reason": reason,
            "applicant": "self",
            "name": over.get("name") or self.name(sex),
            "nik": "",
            "kk_number": over.get("kk_number") or self._kk_number(service, reason, kelurahan),
            "birth_date": self._birth_date(service, reason).isoformat(),
            "sex": sex,
            "kelurahan": kelurahan,
            "address": f"{rng.choice(LANES)} No. {rng.randint(1, 120)}",
            "rt": f"{rng.randint(1, 40):03d}",
            "rw": f"{rng.randint(1, 12):03d}",
            **self._contact(over.get("contact")),
        } | over
        answers |= {key: value for key, value in self._details(service, answers).items() if key not in over}
        return self._with_free_nik(service, answers, over)

    def kelurahan(self) -> str:
        """Any, so that each kecamatan has as many people."""
        return self.rng.choice(self._by_kecamatan[self.rng.choice(list(self._by_kecamatan))])

    def name(self, sex: str) -> str:
        """A first name and a word that says that it is made up."""
        return f"{self.rng.choice(WOMEN if sex == 'P' else MEN)} {self.rng.choice(MADE_UP)}"

    def next_phone(self) -> str:
        """A number of the fictitious range; after 9,900 they come again, as shared phones do."""
        number = FIRST_PHONE + self._phones * PHONE_STEP % FICTITIOUS_PHONES
        self._phones += 1
        return f"+628000000{number:04d}"

    def _birth_date(self, service: Service, reason: str) -> date:
        young = service is Service.KTP_EL and reason == Reason.BARU and self.rng.random() < 0.85
        days = self.rng.randint(0, 400) if young else self.rng.randint(200, 22_000)
        return self.day - timedelta(days=KTP_AGE_DAYS + days)

    def _with_free_nik(self, service: Service, answers: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
        while True:
            if "nik" not in over:
                answers["nik"] = self.nik(answers)
            key = application_key(service, answers)
            if "nik" in over or (key not in self._taken and answers["nik"] not in self._drawn):
                self._taken.add(key)
                self._drawn.add(answers["nik"])
                return answers

    def nik(self, answers: Mapping[str, Any], region: str = "") -> str:
        """A NIK that fits the answers, with a serial that the register has not reached."""
        birth = date.fromisoformat(answers["birth_date"])
        if not region and (answers.get("reason") == Reason.LUAR_DOMISILI or self.rng.random() < 0.06):
            region = self.rng.choice(ELSEWHERE)[0]
        region = region or "1671" + answers["kelurahan"][6:8]
        day = birth.day + (40 if answers["sex"] == "P" else 0)
        return f"{region}{day:02d}{birth:%m%y}{self.rng.randint(9900, 9999)}"

    def _kk_number(self, service: Service, reason: str, kelurahan: str) -> str:
        """A family's number, nobody else's; who arrives has that of the place before."""
        arrives = service is Service.KK and reason == Reason.BARU_PINDAH_DATANG
        region = self.rng.choice(ELSEWHERE)[0] if arrives else f"1671{kelurahan[6:8]}"
        while True:
            issued = self.day - timedelta(days=self.rng.randint(30, 5_000))
            number = f"{region}{issued:%d%m%y}{self.rng.randint(9900, 9999)}"
            if number not in self._drawn:
                self._drawn.add(number)
                return number

    def _contact(self, chosen: str | None) -> dict[str, str]:
        contact = chosen or self.rng.choices(list(CONTACTS), list(CONTACTS.values()))[0]
        if contact == "email":
            return {"contact": contact, "email": f"warga{self.rng.randint(1, 99_999)}@contoh.example"}
        if contact == "none":
            return {"contact": contact}
        return {"contact": contact, "phone": self.next_phone(), "phone_owner": "self"}

    def _details(self, service: Service, answers: Mapping[str, Any]) -> dict[str, Any]:
        if service is Service.KK:
            return family_details(self, answers)
        if service is Service.LEGALISIR:
            return certified_details(self, answers)
        return self._card_details(answers)

    def _card_details(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        reason = answers["reason"]
        if reason == Reason.BARU:
            return {"recorded_before": self.rng.choices(["yes", "no", "unknown"], [70, 20, 10])[0]}
        if reason == Reason.HILANG:
            return self.police_letter()
        if reason == Reason.PERUBAHAN_DATA:
            return {"kk_updated": "yes", "elements": [self.rng.choice(CHANGES)]}
        if reason == Reason.PINDAH_DATANG:
            return {"origin": "abroad" if self.rng.random() < 0.1 else "indonesia"}
        if reason == Reason.LUAR_DOMISILI:
            region = self.rng.choice(ELSEWHERE)[1]
            cause = answers.get("cause") or self.rng.choice([Reason.HILANG.value, Reason.RUSAK.value])
            place = {"registered_address": "Jl. Misalnya No. 8", "registered_region": region, "cause": cause}
            return place | (self.police_letter() if cause == Reason.HILANG else {})
        return {}

    def police_letter(self) -> dict[str, str]:
        """The letter about something lost."""
        written = self.day - timedelta(days=self.rng.randint(1, 20))
        return {
            "police_number": f"SKTLK/{self.rng.randint(100, 999)}/CONTOH/{written:%m/%Y}",
            "police_date": written.isoformat(),
            "police_station": "Polsek Contoh",
        }
