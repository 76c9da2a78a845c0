"""Short names of documents and answers, and answers in words, as citizens and officers read them."""

from datetime import date

from requests_app.rules.catalogue import Reason, Requirement
from requests_app.rules.dates import format_day
from requests_app.rules.elements import MARITAL_STATUSES
from requests_app.rules.nik import group_nik
from requests_app.rules.sms import OF_SMS
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
    "AKTA_MATI": N_("Akta kematian"),
    "BUKTI_AGAMA": N_("Bukti perubahan agama"),
    "BUKTI_KERJA": N_("Bukti pekerjaan"),
    "SKPWNI": N_("Surat keterangan pindah (SKPWNI)"),
    "PASPOR": N_("Paspor atau SPLP"),
    "SKPLN": N_("Surat pindah luar negeri"),
    "F_1_07": N_("Surat kuasa F-1.07"),
    "KTP": N_("KTP-el pemohon"),
    "KK_LAMA": N_("Kartu Keluarga lama"),
    "KK_RUSAK": N_("Kartu Keluarga yang rusak"),
    "F_1_05": N_("Surat pernyataan F-1.05"),
    "F_2_03": N_("Surat pernyataan kelahiran F-2.03"),
    "IZIN_PEMILIK": N_("Surat izin pemilik rumah"),
    "SURAT_LAHIR": N_("Surat kelahiran atau akta kelahiran"),
    "DOK_ASLI": N_("Dokumen asli yang dilegalisir"),
}

_LABELS_OF_REASON: dict[tuple[str, str], str] = {
    ("perubahan_data", "AKTA_MATI"): N_("Akta kematian pasangan"),
    ("baru_keluarga", "KK_LAMA"): N_("Kartu Keluarga lama suami dan istri"),
    ("baru_pisah_kk", "AKTA_NIKAH"): N_("Buku nikah, akta perkawinan, atau akta perceraian"),
    ("ganti_kepala_keluarga", "AKTA_MATI"): N_("Akta kematian kepala keluarga"),
    ("kurang_anggota", "AKTA_MATI"): N_("Akta atau surat keterangan kematian"),
    ("hilang", "KTP"): N_("KTP-el salah satu anggota keluarga"),
    ("rusak", "KTP"): N_("KTP-el salah satu anggota keluarga"),
}
"""What the same code means for one reason only."""

ANSWER_LABELS: dict[str, str] = {
    "reason": N_("Alasan"),
    "applicant": N_("Yang mengajukan"),
    "applicant_name": N_("Nama yang mengajukan"),
    "applicant_nik": N_("NIK yang mengajukan"),
    "applicant_relation": N_("Hubungan dengan pemilik data"),
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
    "collector": N_("Yang datang ke kantor"),
    "kk_updated": N_("KK sudah memuat data baru"),
    "formed_by": N_("Keluarga terbentuk karena"),
    "certificate": N_("Buku nikah atau akta"),
    "house": N_("Rumah"),
    "split_cause": N_("Sebab pisah KK"),
    "all_under_17": N_("Semua anggota belum 17 tahun"),
    "added_by": N_("Sebab bertambah"),
    "birth_letter": N_("Surat kelahiran"),
    "removed_by": N_("Sebab berkurang"),
    "head_name": N_("Kepala keluarga"),
    "members": N_("Anggota KK yang baru"),
    "new_head_name": N_("Kepala keluarga yang baru"),
    "new_head_nik": N_("NIK kepala keluarga yang baru"),
    "guardian_name": N_("Nama wali"),
    "guardian_nik": N_("NIK wali"),
    "whose": N_("Data siapa"),
    "member_name": N_("Nama anggota"),
    "member_nik": N_("NIK anggota"),
    "member_birth_date": N_("Tanggal lahir anggota"),
    "member_sex": N_("Jenis kelamin anggota"),
    "member_relation": N_("Hubungan dengan kepala keluarga"),
    "signature": N_("Tanda tangan di dokumen"),
    "copies": N_("Jumlah lembar"),
    "contact": N_("Cara dikabari"),
    "phone": N_("Nomor WhatsApp"),
    "phone_owner": N_("Pemilik nomor WhatsApp"),
    "phone_owner_name": N_("Nama pemilik nomor WhatsApp"),
    "email": N_("Surel"),
}

PROVIDER_CODES = {
    "131026": "nomor tidak memakai WhatsApp",
    "0": "akun WhatsApp tidak dikenal",
    "190": "token akun WhatsApp habis masa berlakunya",
    "33": "nomor ini tidak dikenal WhatsApp",
    "100": "nomor ini tidak dikenal WhatsApp",
    "131031": "akun dikunci WhatsApp",
    "131042": "pembayaran akun bermasalah",
    "131045": "nomor belum didaftarkan dengan benar",
    "131048": "nomor dibatasi karena dilaporkan sebagai spam",
    "133010": "nomor belum terdaftar di WhatsApp",
    "10": "akun tidak berizin mengirim",
    "130429": "terlalu cepat untuk nomor ini",
    "131000": "gangguan di WhatsApp",
    "131016": "gangguan di WhatsApp",
    "131047": "warga tidak menulis dalam 24 jam terakhir",
    "131056": "terlalu cepat untuk orang ini",
    "132000": "isian templat tidak cocok",
    "132001": "templat belum disetujui atau tidak ada",
    "132015": "templat ditangguhkan WhatsApp",
    "132016": "templat dinonaktifkan WhatsApp",
    "2": "gangguan di WhatsApp",
    "lease_ended": "pengirim terhenti di tengah jalan",
    "unsure": "dua kali dikirim, tanpa kabar apakah sampai",
}
OF_HTTP, OF_SMTP = "http_", "smtp_"
# Of our own calls: classes of network trouble, by the names that channels/http.py and channels/email.py give.
NETWORK_CODES = {
    "ConnectError": "penyedia tidak terhubung",
    "ConnectTimeout": "penyedia tidak terhubung",
    "ReadTimeout": "penyedia tidak menjawab",
    "WriteTimeout": "penyedia tidak menjawab",
    "ReadError": "sambungan terputus",
    "WriteError": "sambungan terputus",
    "RemoteProtocolError": "sambungan terputus",
    "TimeoutError": "penyedia tidak menjawab",
    "SMTPServerDisconnected": "sambungan terputus",
    "InvalidURL": "alamat penyedia salah",
    "UnsupportedProtocol": "alamat penyedia salah",
    "LocalProtocolError": "alamat atau token penyedia salah",
}
OWN_CODES = {
    "": "tanpa kode",
    "not_configured": "jalur ini belum diatur",
    "smtp_not_supported": "server surel tidak mengenal cara masuk ini",
    "invalid_recipient": "nomor atau alamat salah tulis",
    "no_number": "zona belum punya nomor WhatsApp yang bekerja",
    "not_on_whatsapp": "nomor salah atau tidak memakai WhatsApp",
    f"{OF_SMS}failed": "tidak sampai, menurut penyedia SMS",
}

ANSWER_WORDS: dict[str, dict[str, str]] = {
    "reason": {reason.value: reason.label for reason in Reason},
    "sex": {"L": N_("Laki-laki"), "P": N_("Perempuan")},
    "marital_status": MARITAL_STATUSES,
    "marriage_in_kk": {"yes": N_("Ya"), "no": N_("Belum")},
    "recorded_before": {"yes": N_("Pernah"), "no": N_("Belum pernah"), "unknown": N_("Tidak tahu")},
    "origin": {"indonesia": N_("Daerah lain di Indonesia"), "abroad": N_("Luar negeri")},
    "cause": {"hilang": N_("Hilang"), "rusak": N_("Rusak")},
    "kk_updated": {"yes": N_("Ya"), "applied": N_("Belum, perubahan KK sudah diajukan"), "no": N_("Belum")},
    "formed_by": {"marriage": N_("Perkawinan"), "divorce": N_("Perceraian")},
    "certificate": {"yes": N_("Ada"), "no": N_("Tidak ada")},
    "house": {"own": N_("Milik sendiri"), "others": N_("Menumpang, sewa, kontrak, atau kos")},
    "split_cause": {"marriage_or_divorce": N_("Perkawinan atau perceraian"), "other": N_("Sebab lain")},
    "all_under_17": {"yes": N_("Ya"), "no": N_("Tidak")},
    "added_by": {"birth": N_("Kelahiran"), "moved_in": N_("Pindah ke KK ini")},
    "birth_letter": {"yes": N_("Ada"), "no": N_("Tidak ada")},
    "removed_by": {"died": N_("Meninggal"), "moved_out": N_("Pindah")},
    "whose": {"self": N_("Pemohon"), "other": N_("Anggota keluarga lain")},
    "member_sex": {"L": N_("Laki-laki"), "P": N_("Perempuan")},
    "signature": {"wet": N_("Pena dan cap basah"), "electronic": N_("Elektronik"), "ktp_el": N_("KTP-el")},
    "collector": {
        "self": N_("Pemohon sendiri"),
        "family": N_("Anggota KK yang sama"),
        "outsider": N_("Orang lain dengan surat kuasa"),
    },
}
NUMBERS = frozenset({"nik", "kk_number", "applicant_nik", "new_head_nik", "guardian_nik", "member_nik"})
DATES = frozenset({"birth_date", "police_date", "member_birth_date"})


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


def requirement_label(requirement: Requirement) -> str:
    """The short name of a document, as its reason means it."""
    code = requirement.document_code
    return _LABELS_OF_REASON.get((requirement.reason, code)) or target_label(code)


def error_words(code: str) -> str:
    """A provider's code with its meaning, where we know one; our own codes are told in words only."""
    if code in OWN_CODES:
        return OWN_CODES[code]
    if code.startswith(OF_SMS):
        return f"kode penyedia SMS {code.removeprefix(OF_SMS)}"
    if code.startswith(OF_HTTP):
        return f"{_http_words(code.removeprefix(OF_HTTP))} (HTTP {code.removeprefix(OF_HTTP)})"
    if code.startswith(OF_SMTP):
        return f"{_smtp_words(code.removeprefix(OF_SMTP))} (SMTP {code.removeprefix(OF_SMTP)})"
    if code in NETWORK_CODES:
        return f"{NETWORK_CODES[code]} ({code})"
    return f"{code} ({PROVIDER_CODES[code]})" if code in PROVIDER_CODES else code


def _http_words(status: str) -> str:
    if status == "429":
        return "penyedia minta lebih pelan"
    return "server penyedia terganggu" if status.startswith("5") else "penyedia menolak permintaan"


def _smtp_words(status: str) -> str:
    """RFC 5321: 4yz is for the moment, 5yz for good; 530, 534 and 535 are about our login (RFC 4954)."""
    if status in ("530", "534", "535"):
        return "server surel menolak nama pengguna atau kata sandi"
    return "server surel menolak" if status.startswith("5") else "server surel minta dicoba nanti"
