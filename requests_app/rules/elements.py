"""What the cards say of a person: the data that form F-1.06 can change, and the values that some of them take."""

from requests_app.rules.texts import N_

ELEMENTS: dict[str, str] = {
    "nama": N_("Nama"),
    "tempat_lahir": N_("Tempat lahir"),
    "tanggal_lahir": N_("Tanggal lahir"),
    "jenis_kelamin": N_("Jenis kelamin"),
    "golongan_darah": N_("Golongan darah"),
    "alamat": N_("Alamat"),
    "agama": N_("Agama"),
    "pendidikan": N_("Pendidikan"),
    "status_perkawinan": N_("Status perkawinan"),
    "pekerjaan": N_("Pekerjaan"),
    "hubungan_keluarga": N_("Hubungan dalam keluarga"),
    "kewarganegaraan": N_("Kewarganegaraan"),
    "dokumen_imigrasi": N_("Paspor atau KITAP"),
    "nama_orangtua": N_("Nama orang tua"),
    "tanda_tangan": N_("Tanda tangan kepala keluarga"),
}
"""Every element by its name; the NIK never changes (Permendagri 108/2019 Ps 15 ayat (3))."""

CARD_ELEMENTS = (
    "nama", "tempat_lahir", "tanggal_lahir", "jenis_kelamin", "golongan_darah", "alamat", "agama",
    "status_perkawinan", "pekerjaan", "kewarganegaraan",
)  # fmt: skip
"""What is printed on a KTP-el."""

FAMILY_ELEMENTS = (
    "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "agama", "pendidikan", "pekerjaan",
    "status_perkawinan", "hubungan_keluarga", "kewarganegaraan", "dokumen_imigrasi", "nama_orangtua",
    "tanda_tangan", "alamat",
)  # fmt: skip
"""The thirteen of a family card (Permendagri 108/2019 Ps 15 ayat (1)), and the address (ayat (2))."""

DRAWN = "tanda_tangan"
"""Nothing to write of it: the new signature is drawn at the desk."""

MARITAL_STATUSES: dict[str, str] = {
    "belum_kawin": N_("Belum kawin"),
    "kawin_tercatat": N_("Kawin tercatat"),
    "kawin_belum_tercatat": N_("Kawin belum tercatat"),
    "cerai_hidup_tercatat": N_("Cerai hidup tercatat"),
    "cerai_hidup_belum_tercatat": N_("Cerai hidup belum tercatat"),
    "cerai_mati": N_("Cerai mati"),
}
EVER_MARRIED = frozenset(MARITAL_STATUSES) - {"belum_kawin"}
RELIGIONS = (
    N_("Islam"),
    N_("Kristen"),
    N_("Katolik"),
    N_("Hindu"),
    N_("Buddha"),
    N_("Khonghucu"),
    N_("Kepercayaan terhadap Tuhan YME"),
)
EDUCATIONS = (
    N_("Tidak atau belum sekolah"),
    N_("Belum tamat SD"),
    N_("Tamat SD"),
    N_("SLTP"),
    N_("SLTA"),
    N_("Diploma I atau II"),
    N_("Diploma III"),
    N_("Diploma IV atau S1"),
    N_("S2"),
    N_("S3"),
)
RELATIONS = (
    N_("Kepala keluarga"),
    N_("Suami"),
    N_("Istri"),
    N_("Anak"),
    N_("Menantu"),
    N_("Cucu"),
    N_("Orang tua"),
    N_("Mertua"),
    N_("Famili lain"),
    N_("Lainnya"),
)
"""As form F-1.01 has them; a relation of a new member too."""
VALUES: dict[str, tuple[str, ...]] = {
    "jenis_kelamin": ("Laki-laki", "Perempuan"),
    "golongan_darah": ("A", "B", "AB", "O", "-"),
    "agama": RELIGIONS,
    "pendidikan": EDUCATIONS,
    "status_perkawinan": tuple(MARITAL_STATUSES.values()),
    "hubungan_keluarga": RELATIONS,
    "kewarganegaraan": (N_("WNI"), N_("WNA")),
}
"""The elements that are chosen from a list; the others are written."""
