"""From a need in people's words to what it takes: one or two questions, asked only where the answer differs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.rules.catalogue import REASONS, Reason, Service
from requests_app.words import Text

LOOK_AT_IT = _("Lihat syaratnya")


@dataclass(frozen=True)
class Way:
    """Where the questions end. `service` and `reason` name the rows of the office's list; without a reason there is
    nothing to list, only advice. `answers` are those known by then, under the keys of the form."""

    title: Text
    lead: Text
    service: Service | None = None
    reason: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    come: Text = ""
    afterwards: Text = ""
    afterwards_at: str = ""
    afterwards_link: Text = LOOK_AT_IT

    @property
    def is_online(self) -> bool:
        """Whether there is something to apply for."""
        return self.service is not None and self.reason in REASONS[self.service]

    @property
    def is_visit(self) -> bool:
        """Whether it ends at the desk of a UPTD, by invitation."""
        return self.is_online and self.service is not Service.KTP_EL

    @property
    def begin_at(self) -> str:
        """The form, told what was answered here, so that its first step need not ask again."""
        plain = {key: value for key, value in self.answers.items() if isinstance(value, str)}
        return f"{reverse('apply', args=[self.service])}?{urlencode({'reason': self.reason, **plain})}"


@dataclass(frozen=True)
class Choice:
    """One link: how people say it, a second line, and where it leads."""

    label: Text
    leads_to: "Question | Way"
    hint: Text = ""


@dataclass(frozen=True)
class Question:
    """One plain question; the choices by the part of the address that they add."""

    text: Text
    choices: Mapping[str, Choice]
    hint: Text = ""


TO_COLLECT = _("Cukup sekali, untuk mengambil kartu. Kami mengabari Anda begitu kartu siap, dengan tempat dan kodenya.")
TO_BE_RECORDED = _("Ya. Anda direkam di kantor. Tempat dan waktunya ada dalam jawaban kami.")
BY_INVITATION = _("Ya, satu kali, sesudah diundang. Undangan datang dari nomor WhatsApp UPTD Anda.")
FROM_HOME_THEN_DESK = _("Ajukan dari rumah. Sesudah diperiksa, Anda diundang ke UPTD. Gratis.")
NOT_AT_ALL = _("Tidak perlu.")
ASK_FIRST = _("Tanyakan dulu lewat nomor UPTD di bawah.")


def _ktp(title: Text, lead: Text, reason: Reason, **answers: Any) -> Way:
    return Way(title, lead, Service.KTP_EL, reason.value, answers, come=TO_COLLECT)


def _registered_where(title: Text, here: Reason) -> Question:
    """A lost or damaged card: people who are registered elsewhere have a list of their own."""
    return Question(
        _("Di mana Anda terdaftar?"),
        {
            "palembang": Choice(_("Kota Palembang"), _ktp(title, _("Ajukan dari rumah. Gratis."), here)),
            "daerah-lain": Choice(
                _("Daerah lain"),
                _ktp(
                    title,
                    _("Anda boleh mengurusnya di Palembang bila sudah pernah direkam dan datanya tidak berubah."),
                    Reason.LUAR_DOMISILI,
                    cause=here.value,
                ),
            ),
        },
        hint=_("Lihat kota atau kabupaten di Kartu Keluarga Anda."),
    )


def _changed(label: Text, *elements: str, new: str = "") -> Choice:
    way = _ktp(
        _("Data di KTP berubah"),
        _("Kartu Keluarga sudah benar, jadi KTP-el dapat diajukan dari rumah."),
        Reason.PERUBAHAN_DATA,
        kk_updated="yes",
        elements=[{"element": element, "new": new} for element in elements],
    )
    return Choice(label, way)


CARD_FIRST_HERE = "/keperluan/data-salah/sudah-benar/"
THEN_THE_CARD = _(
    "Sesudah permohonan KK terkirim, ajukan KTP-el dari bukti permohonan itu. Isiannya tidak ditanya lagi."
)
CORRECT_THE_CARD_FIRST = Way(
    _("Perbaiki Kartu Keluarga dulu"),
    _("KTP-el dicetak dari data Kartu Keluarga. Selama KK masih memuat data lama, KTP-el baru ikut salah."),
    Service.KK,
    Reason.PERUBAHAN_ELEMEN_DATA.value,
    come=BY_INVITATION,
    afterwards=THEN_THE_CARD,
    afterwards_at=CARD_FIRST_HERE,
)

WRONG_DATA = Question(
    _("Apakah data itu sudah benar di Kartu Keluarga?"),
    {
        "sudah-benar": Choice(
            _("Ya, di KK sudah benar"),
            Question(
                _("Data apa yang berubah di KTP?"),
                {
                    "nama-atau-lahir": _changed(_("Nama, tempat lahir, atau tanggal lahir"), "nama"),
                    "menikah": _changed(_("Status: menikah"), "status_perkawinan", new="kawin tercatat"),
                    "cerai": _changed(_("Status: cerai"), "status_perkawinan", new="cerai hidup tercatat"),
                    "pasangan-meninggal": _changed(
                        _("Status: pasangan meninggal"), "status_perkawinan", new="cerai mati"
                    ),
                    "agama": _changed(_("Agama"), "agama"),
                    "pekerjaan": _changed(_("Pekerjaan"), "pekerjaan"),
                    "lainnya": _changed(_("Alamat atau data lain"), "alamat"),
                },
            ),
        ),
        "masih-lama": Choice(_("Belum, di KK masih data lama"), CORRECT_THE_CARD_FIRST),
    },
    hint=_("Lihat baris nama Anda di Kartu Keluarga."),
)

FIRST_CARD_LEAD = _("Untuk umur 17 tahun ke atas. Yang sudah atau pernah menikah boleh lebih awal.")
FIRST_CARD = Question(
    _("Apakah Anda sudah pernah direkam?"),
    {
        "sudah": Choice(_("Sudah"), _ktp(_("KTP pertama"), FIRST_CARD_LEAD, Reason.BARU, recorded_before="yes")),
        "belum": Choice(
            _("Belum"),
            Way(
                _("KTP pertama"),
                FIRST_CARD_LEAD,
                Service.KTP_EL,
                Reason.BARU.value,
                {"recorded_before": "no"},
                come=TO_BE_RECORDED,
            ),
        ),
        "tidak-tahu": Choice(
            _("Tidak tahu"),
            Way(
                _("KTP pertama"),
                FIRST_CARD_LEAD,
                Service.KTP_EL,
                Reason.BARU.value,
                {"recorded_before": "unknown"},
                come=_("Petugas melihat dulu apakah Anda pernah direkam. Bila belum, Anda kami minta datang."),
            ),
        ),
    },
    hint=_("Saat direkam, petugas mengambil foto, sidik jari, dan gambar iris mata."),
)

MOVED = Question(
    _("Pindah dari mana ke mana?"),
    {
        "dari-daerah-lain": Choice(
            _("Dari daerah lain ke Palembang"),
            _ktp(_("Pindah ke Palembang"), _("Ajukan dari rumah. Gratis."), Reason.PINDAH_DATANG, origin="indonesia"),
        ),
        "dari-luar-negeri": Choice(
            _("Dari luar negeri ke Palembang"),
            _ktp(_("Pindah ke Palembang"), _("Ajukan dari rumah. Gratis."), Reason.PINDAH_DATANG, origin="abroad"),
        ),
        "dalam-kota": Choice(
            _("Pindah rumah di dalam Palembang"),
            Way(
                _("Ubah alamat di Kartu Keluarga dulu"),
                _("Alamat di KTP-el mengikuti Kartu Keluarga. Pilih “Alamat” sebagai data yang berubah."),
                Service.KK,
                Reason.PERUBAHAN_ELEMEN_DATA.value,
                come=BY_INVITATION,
                afterwards=THEN_THE_CARD,
                afterwards_at=CARD_FIRST_HERE,
            ),
        ),
        "keluar-palembang": Choice(
            _("Dari Palembang ke daerah lain"),
            Way(
                _("Pindah dari Palembang"),
                _("Minta surat pindah (SKPWNI) di Palembang. KTP-el baru diurus di tempat tinggal yang baru."),
                come=ASK_FIRST,
            ),
        ),
    },
)


def _family_card(label: Text, reason: str, hint: Text = "") -> Choice:
    return Choice(label, Way(label, FROM_HOME_THEN_DESK, Service.KK, reason, come=BY_INVITATION), hint)


FAMILY_CARD = Question(
    _("Apa yang terjadi?"),
    {
        "keluarga-baru": _family_card(_("Menikah atau bercerai, perlu KK baru"), "baru_keluarga"),
        "pindah-datang": _family_card(_("Pindah ke Palembang"), "baru_pindah_datang"),
        "pisah-kk": _family_card(_("Pisah KK di alamat yang sama"), "baru_pisah_kk"),
        "ganti-kepala": _family_card(_("Kepala keluarga meninggal"), "ganti_kepala_keluarga"),
        "tambah-anggota": _family_card(_("Bayi lahir atau anggota bertambah"), "tambah_anggota"),
        "kurang-anggota": _family_card(_("Anggota meninggal atau pindah"), "kurang_anggota"),
        "data-salah": _family_card(_("Data di KK salah atau berubah"), "perubahan_elemen_data"),
        "hilang": _family_card(_("KK hilang"), "hilang"),
        "rusak": _family_card(_("KK rusak"), "rusak"),
    },
)


def _certified(label: Text, reason: str) -> Choice:
    title, known = _("Legalisir fotokopi"), {"signature": "wet"}
    return Choice(label, Way(title, FROM_HOME_THEN_DESK, Service.LEGALISIR, reason, known, come=BY_INVITATION))


SHOW_THIS = _("Ada yang tetap meminta legalisir? Tunjukkan penjelasan dengan dasar hukumnya.")
NOT_NEEDED_AT, PRINT_THIS = "/ajukan/legalisir/tidak-perlu/", _("Buka penjelasannya")


CERTIFIED = Question(
    _("Apakah ada kode QR di dokumen Anda?"),
    {
        "ada": Choice(
            _("Ya, ada kode QR"),
            Way(
                _("Tidak perlu legalisir"),
                _("Dokumen dengan kode QR sudah sah. Kantor lain memeriksanya dengan memindai kode itu."),
                Service.LEGALISIR,
                come=NOT_AT_ALL,
                afterwards=SHOW_THIS,
                afterwards_at=NOT_NEEDED_AT,
                afterwards_link=PRINT_THIS,
            ),
        ),
        "ktp-el": Choice(
            _("Dokumen saya KTP-el"),
            Way(
                _("KTP-el tidak perlu legalisir"),
                _("Menurut aturan, fotokopi KTP-el tidak dilegalisir. Kartunya dibaca dengan alat pembaca."),
                Service.LEGALISIR,
                "ktp_el",
                come=NOT_AT_ALL,
                afterwards=SHOW_THIS,
                afterwards_at=NOT_NEEDED_AT,
                afterwards_link=PRINT_THIS,
            ),
        ),
        "tidak-ada": Choice(
            _("Tidak ada kode QR"),
            Question(
                _("Dokumen apa?"),
                {
                    "kartu-keluarga": _certified(_("Kartu Keluarga"), "kk"),
                    "akta-kelahiran": _certified(_("Akta kelahiran"), "akta_kelahiran"),
                    "akta-kematian": _certified(_("Akta kematian"), "akta_kematian"),
                    "akta-perkawinan": _certified(_("Akta perkawinan"), "akta_perkawinan"),
                    "akta-perceraian": _certified(_("Akta perceraian"), "akta_perceraian"),
                    "akta-lain": _certified(_("Akta lain"), "akta_lain"),
                },
            ),
        ),
    },
    hint=_("Kode QR adalah kotak kecil bertitik-titik, biasanya di bagian bawah."),
)

NEEDS: dict[str, Choice] = {
    "ktp-hilang": Choice(_("KTP hilang"), _registered_where(_("KTP hilang"), Reason.HILANG), _("Hilang atau dicuri")),
    "ktp-rusak": Choice(_("KTP rusak"), _registered_where(_("KTP rusak"), Reason.RUSAK), _("Patah atau tidak terbaca")),
    "ktp-pertama": Choice(_("Baru 17 tahun"), FIRST_CARD, _("KTP pertama")),
    "pindah": Choice(_("Pindah"), MOVED, _("Ke Palembang, di dalam kota, atau keluar")),
    "data-salah": Choice(_("Data KTP salah"), WRONG_DATA, _("Salah tulis atau sudah berubah")),
    "kartu-keluarga": Choice(_("Kartu Keluarga (KK)"), FAMILY_CARD, _("Baru, berubah, hilang, atau rusak")),
    "legalisir": Choice(_("Legalisir"), CERTIFIED, _("Fotokopi yang disahkan")),
    "lainnya": Choice(
        _("Keperluan lain"),
        Way(
            _("Keperluan lain"),
            _("Petugas UPTD menjelaskan syaratnya. Bertanya juga gratis."),
            come=ASK_FIRST,
        ),
        _("Tanya ke kantor terdekat"),
    ),
}


def follow(trail: str) -> Question | Way | None:
    """Where a trail of choices (`data-salah/masih-lama`) leads; None when there is no such way."""
    choices: Mapping[str, Choice] = NEEDS
    found: Question | Way | None = None
    for slug in trail.split("/"):
        if slug not in choices:
            return None
        found = choices[slug].leads_to
        choices = found.choices if isinstance(found, Question) else {}
    return found
