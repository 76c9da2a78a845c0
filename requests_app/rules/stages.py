"""Where an application stands, in a sentence for whoever knows its number: nothing about the person is in it."""

from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_

_SENTENCES: dict[Status, str] = {
    Status.SUBMITTED: N_("Permohonan sudah masuk. Petugas memeriksanya sesuai urutan."),
    Status.IN_REVIEW: N_("Petugas sedang memeriksa permohonan ini."),
    Status.NEEDS_CORRECTION: N_("Kami sudah menjawab. Ada yang perlu diperbaiki sebelum {date}."),
    Status.RECORDING_NEEDED: N_("Kami sudah menjawab. Pemilik kartu perlu direkam sebelum {date}."),
    Status.APPROVED: N_("Permohonan disetujui. Kartunya segera dicetak."),
    Status.WAITING_FOR_BLANK: N_("Permohonan disetujui. Blangko sedang kosong; kartu dicetak sesuai urutan."),
    Status.READY_TO_PRINT: N_("Permohonan disetujui. Kartunya masuk antrean cetak."),
    Status.PRINTED: N_("Kartu sudah dicetak. Kami mengabari Anda begitu kartu siap diambil."),
    Status.READY_FOR_PICKUP: N_("Permohonan disetujui. Kartunya siap diambil."),
    Status.REJECTED: N_("Permohonan tidak dapat diproses. Alasannya ada dalam jawaban kami."),
    Status.INVITED: N_("Permohonan disetujui. Kami mengundang Anda; jadwalnya ada dalam pesan kami."),
    Status.CHECKED_IN: N_("Pemohon sudah hadir di loket dan menunggu dipanggil."),
    Status.COMPLETED: N_("Layanan selesai. Hasilnya sudah diterima di loket."),
    Status.CLOSED: N_("Permohonan ditutup karena tiga undangan tidak dihadiri. Anda dapat mengajukan lagi."),
    Status.HANDED_OVER: N_("Kartu sudah diserahkan kepada pemiliknya."),
    Status.WITHDRAWN: N_("Permohonan dibatalkan atas permintaan pemohon."),
    Status.EXPIRED: N_("Permohonan ditutup karena kelengkapan tidak kami terima. Anda dapat mengajukan lagi."),
}
_SENTENCES[Status.HELD_DUPLICATE] = _SENTENCES[Status.SUBMITTED]
_AT_A_VISIT = N_("Permohonan disetujui. Jadwal datang ke UPTD ada dalam pesan kami, atau menyusul.")
"""Of an approval that is no card."""
_CARRIED = N_("Kartu sedang dibawa ke Kantor Dukcapil. Anda kami kabari saat sudah ada di sana.")
"""Of a card that was ready and that nobody fetched."""


def stage_sentence(status: Status, *, face_to_face: bool, carried: bool = False) -> str:
    """The sentence in Indonesian, marked for translation; `{date}` in it is the citizen's own term.

    `face_to_face`: what is approved is no card, but served at a visit. `carried`: the card is on its way back.
    """
    if carried and status is Status.READY_FOR_PICKUP:
        return _CARRIED
    if status is Status.APPROVED and face_to_face:
        return _AT_A_VISIT
    return _SENTENCES.get(status, status.label)
