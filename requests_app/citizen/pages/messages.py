"""What kind of thing a message is about: never what became of an application."""

from django.utils.translation import gettext_lazy as _

from requests_app.words import Text

ANSWER = _("Jawaban atas permohonan")
NEWS = _("Kabar tentang permohonan")
REPLY = _("Balasan atas pesan Anda")
VISIT = _("Undangan atau jadwal datang ke UPTD")
ABOUT: dict[str, Text] = {
    "received": _("Permohonan sudah kami terima"),
    "approved": ANSWER,
    "rejected": ANSWER,
    "needs_correction": ANSWER,
    "recording_needed": ANSWER,
    "late_answer": ANSWER,
    "apology": _("Permintaan maaf karena jawaban terlambat"),
    "correction_reminder": _("Pengingat"),
    "recording_reminder": _("Pengingat"),
    "contact_changed": _("Nomor atau surel untuk kabar diganti"),
    "number_sent": _("Nomor permohonan yang diminta"),
    "report_answered": _("Jawaban atas laporan"),
    "approved_visit": ANSWER,
    "invitation": VISIT,
    "invitation_recording": VISIT,
    "invitation_again": VISIT,
    "schedule_news": VISIT,
    "visit_moved": VISIT,
    "visit_recalled": VISIT,
    "visit_reminder": _("Pengingat"),
    "number_test": _("Pesan uji nomor UPTD"),
    "code": _("Kode masuk enam angka"),
    "alert": _("Peringatan untuk pengawas"),
    **dict.fromkeys(
        ("reply_status", "reply_report", "reply_help", "reply_talk", "reply_file", "reply_proof", "reply_officer"),
        REPLY,
    ),
}


def about(purpose: str) -> Text:
    """In words; whatever is not listed is news of an application."""
    return ABOUT.get(purpose, NEWS)
