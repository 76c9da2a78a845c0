"""Short names of documents and answers, and answers in words, as citizens and officers read them."""

from datetime import date

from requests_app.rules.catalogue import MARITAL_STATUSES, Reason
from requests_app.rules.dates import format_day
from requests_app.rules.nik import group_nik
from requests_app.rules.texts import N_

DOCUMENT_LABELS: dict[str, str] = {
    "KK": N_("Kartu Keluarga"),
    "AKTA_NIKAH": N_("Buku nikah atau akta perkawinan"),
    "SURAT_HILANG": N_("Surat kehilangan dari kepolisian"),
    "KTP_RUSAK": N_("KTP-el yang rusak"),
    "KTP_LAMA": N_("KTP-el lama"),
    "BUKTI_PERUBAHAN": N_("Bukti perubahan"),
    "AKTA_LAHIR": N_("Akta kelahiran atau penetapan pengadilan"),
    "AKTA_CERAI": N_("Akta perceraian"),
    "AKTA_MATI": N_("Akta kematian pasangan"),
    "BUKTI_AGAMA": N_("Bukti perubahan agama"),
    "BUKTI_KERJA": N_("Bukti pekerjaan"),
    "SKPWNI": N_("Surat keterangan pindah (SKPWNI)"),
    "PASPOR": N_("Paspor atau SPLP"),
    "SKPLN": N_("Surat pindah luar negeri"),
    "F_1_07": N_("Surat kuasa F-1.07"),
}

ANSWER_LABELS: dict[str, str] = {
    "reason": N_("Alasan"),
    "applicant": N_("Yang mengajukan"),
    "applicant_name": N_("Nama yang mengajukan"),
    "applicant_nik": N_("NIK yang mengajukan"),
    "applicant_relation": N_("Hubungan dengan pemilik kartu"),
    "nik": N_("NIK"),
    "kk_number": N_("Nomor KK"),
    "name": N_("Nama lengkap"),
    "birth_place": N_("Tempat lahir"),
    "birth_date": N_("Tanggal lahir"),
    "sex": N_("Jenis kelamin"),
    "kelurahan": N_("Kelurahan"),
    "address": N_("Alamat"),
    "rt": N_("RT"),
    "rw": N_("RW"),
    "registered_address": N_("Alamat sesuai KTP-el"),
    "registered_region": N_("Kabupaten atau kota sesuai KTP-el"),
    "marital_status": N_("Status perkawinan"),
    "marriage_in_kk": N_("Perkawinan tercatat di KK"),
    "recorded_before": N_("Pernah direkam"),
    "elements": N_("Data yang berubah"),
    "cause": N_("Sebab"),
    "origin": N_("Datang dari"),
    "police_number": N_("Nomor surat kehilangan"),
    "police_date": N_("Tanggal surat kehilangan"),
    "police_station": N_("Kantor polisi"),
    "collector": N_("Yang mengambil kartu"),
    "contact": N_("Cara dikabari"),
    "phone": N_("Nomor WhatsApp"),
    "phone_owner": N_("Pemilik nomor WhatsApp"),
    "phone_owner_name": N_("Nama pemilik nomor WhatsApp"),
    "email": N_("Surel"),
}

PROVIDER_CODES = {"131026": "nomor tidak memakai WhatsApp"}
OWN_CODES = {"": "tanpa kode", "not_configured": "jalur ini belum diatur"}

ANSWER_WORDS: dict[str, dict[str, str]] = {
    "reason": {reason.value: reason.label for reason in Reason},
    "sex": {"L": N_("Laki-laki"), "P": N_("Perempuan")},
    "marital_status": MARITAL_STATUSES,
    "marriage_in_kk": {"yes": N_("Ya"), "no": N_("Belum")},
    "recorded_before": {"yes": N_("Pernah"), "no": N_("Belum pernah"), "unknown": N_("Tidak tahu")},
    "origin": {"indonesia": N_("Daerah lain di Indonesia"), "abroad": N_("Luar negeri")},
    "cause": {"hilang": N_("Hilang"), "rusak": N_("Rusak")},
}
NUMBERS = frozenset({"nik", "kk_number", "applicant_nik"})
DATES = frozenset({"birth_date", "police_date"})


def answer_words(key: str, value: str) -> str:
    """One stored answer as people read it: choices in words, numbers in groups of four, ISO dates in Indonesian."""
    if key in NUMBERS:
        return group_nik(value)
    if key in DATES:
        return format_day(date.fromisoformat(value)) if value else ""
    return ANSWER_WORDS.get(key, {}).get(value, value)


def target_label(target: str) -> str:
    """The name of a document code or an answer key; unknown ones stay as they are."""
    return DOCUMENT_LABELS.get(target) or ANSWER_LABELS.get(target, target)


def error_words(code: str) -> str:
    """A provider's code with its meaning, where we know one; our own codes are told in words only."""
    if code in OWN_CODES:
        return OWN_CODES[code]
    return f"{code} ({PROVIDER_CODES[code]})" if code in PROVIDER_CODES else code
