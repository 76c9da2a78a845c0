"""Words of the officer's pages."""

from datetime import datetime, timedelta

from django import template
from django.utils.safestring import SafeString

from requests_app.models import Application, Event
from requests_app.rules.catalogue import Reason, Service, in_a_sentence
from requests_app.rules.dates import local_date
from requests_app.rules.labels import error_words, target_label
from requests_app.rules.printing import LOST
from requests_app.rules.statuses import Status
from requests_app.rules.visits import Trouble
from requests_app.templatetags.adminduk import status_tag

register = template.Library()
register.filter("error_words", error_words)

STEP_WORDS = {
    "submit": "Masuk", "submit_held": "Masuk, ditahan sebagai ganda", "let_go_on": "Diteruskan dari daftar ganda",
    "other_ended": "Diteruskan: pasangannya selesai", "reject_double": "Ditolak sebagai ganda", "claim": "Diambil",
    "release": "Dilepas", "lease_expired": "Kembali ke antrean: waktu pegang habis", "approve": "Disetujui",
    "reject": "Ditolak", "ask_correction": "Diminta perbaikan", "need_recording": "Diminta perekaman",
    "take_back": "Keputusan diurungkan", "annul": "Keputusan dibatalkan pengawas", "object": "Keberatan diterima",
    "annul_held": "Keputusan dibatalkan, ditahan sebagai ganda", "object_held": "Keberatan, ditahan sebagai ganda",
    "resubmit": "Perbaikan masuk", "resubmit_held": "Perbaikan masuk, ditahan sebagai ganda",
    "recorded": "Perekaman selesai", "expire": "Kedaluwarsa", "withdraw": "Dibatalkan warga",
    "queue_print": "Masuk antrean cetak", "wait_for_blank": "Menunggu blangko", "blank_arrived": "Blangko dicadangkan",
    "blank_lost": "Cadangan blangko hilang, menunggu lagi", "blank_replaced": "Cadangan blangko diganti",
    "print": "Kartu dicetak", "spoil": "Kartu rusak, cetak ulang",
    "spoil_none_left": "Kartu rusak, menunggu blangko", "ready_for_pickup": "Kartu siap diambil",
    "pickup_asked": "Ditanya tempat ambil kartu", "pickup_chosen": "Tempat atau hari ambil dipilih",
    "pickup_place_moved": "Tempat ambil diganti: kantornya tutup",
    "pickup_day_closed": "Hari ambil batal: kantornya tutup hari itu",
    "pickup_reminder": "Diingatkan mengambil kartu", "card_moved": "Kartu pindah ke Kantor Dukcapil",
    "card_looked_for": "Kartu tidak ditemukan, dicari", "card_found": "Kartu ditemukan",
    "card_lost": "Kartu dinyatakan hilang",
    "card_sent_back": "Kartu dibawa ke Kantor Dukcapil",
    "hand_over": "Kartu diserahkan", "suket_issued": "Suket terbit", "suket_renewed": "Suket diperpanjang",
    "called": "Ditelepon", "told": "Jawaban sampai kepada warga", "report_opened": "Laporan dibuka",
    "report_words": "Warga menulis laporan", "report_owned": "Laporan dipegang pengawas",
    "report_answered": "Laporan dijawab", "report_closed": "Laporan selesai", "contact_changed": "Kontak diganti",
    "promise_broken": "Janji lima hari terlewati", "survey_answered": "Survei kepuasan diisi",
    "invite": "Diundang", "visit_confirmed": "Warga akan datang", "visit_moved": "Pindah jadwal",
    "visit_displaced": "Jadwal dipindahkan: slot ditutup", "cancel_visit": "Warga membatalkan jadwal",
    "recall_invitation": "Jadwal dibatalkan kantor", "invitation_lapsed": "Undangan tidak dijawab",
    "visit_missed": "Tidak datang", "third_visit_missed": "Ditutup: tiga kali tidak datang",
    "check_in": "Hadir di UPTD", "walk_in": "Hadir tanpa undangan", "came": "Datang langsung",
    "left_unserved": "Pulang sebelum dilayani",
    "complete": "Selesai dilayani", "seen_at_desk": "Berkas dilihat di UPTD",
}  # fmt: skip
LOST_CARD = {"spoil": "Kartu hilang, cetak ulang", "spoil_none_left": "Kartu hilang, menunggu blangko"}
ACTOR_WORDS = {"citizen": "warga", "clock": "sistem"}
NOTICE_STATES = {
    "queued": "menunggu dikirim", "sending": "sedang dikirim", "accepted": "diterima penyedia", "sent": "terkirim",
    "delivered": "diterima ponsel", "read": "dibaca", "retry": "akan dicoba lagi",
    "unconfirmed": "belum pasti terkirim",
    "failed": "gagal", "held": "tertunda", "superseded": "tidak jadi dikirim", "expired": "kedaluwarsa",
    "published": "di halaman lacak",
}  # fmt: skip
CHANNELS = {
    "whatsapp": "WhatsApp", "hand": "WhatsApp, dengan tangan", "sms": "SMS", "email": "Surel", "page": "Halaman lacak",
}  # fmt: skip
CALL_REASONS = {
    "undelivered": "Jawaban atau kabar tidak sampai",
    "due_soon": "Jawaban belum sampai, dan batas lima hari hampir tiba",
    "invitation_undelivered": "Undangan tidak sampai",
    "invitation_lapsed": "Undangan tidak dijawab: tawarkan jadwal",
}
SOON = timedelta(days=1)


@register.filter
def service_label(application: Application) -> str:
    """The service's name."""
    return Service(application.service).label


@register.filter
def reason_label(application: Application) -> str:
    """The reason's name."""
    return Reason(application.reason).label


@register.filter
def kind_label(application: Application) -> str:
    """Service and reason in one cell: `KTP-el, hilang`; a reason that names the service does not repeat it."""
    service = Service(application.service)
    return f"{service.label}, {in_a_sentence(service, Reason(application.reason))}"


@register.simple_tag
def officer_status(application: Application) -> SafeString:
    """The status in the officer's words, with the name of whoever holds it."""
    holder = application.lease_officer.username if application.lease_officer_id and application.lease_officer else ""
    return status_tag(application.status, Status(application.status).officer_label.format(officer=holder).strip())


@register.filter
def due_tone(due: datetime, now: datetime) -> str:
    """Red when late or due today (WIB) or within a day, amber within two, plain before."""
    if due < now + SOON or local_date(due) == local_date(now):
        return "bad"
    return "warn" if due < now + 2 * SOON else ""


@register.filter
def event_words(event: Event) -> str:
    """What happened and who did it."""
    who = event.officer.username if event.officer else ACTOR_WORDS.get(event.actor_kind, event.actor_kind)
    words = STEP_WORDS.get(event.step, event.step)
    if event.data.get("reason") == LOST:
        words = LOST_CARD.get(event.step, words)
    return f"{words} ({who})"


@register.filter
def target_name(target: str) -> str:
    """The name of a document code or answer key."""
    return target_label(target)


@register.filter
def notice_state(state: str) -> str:
    """Where a message stands."""
    return NOTICE_STATES.get(state, state)


@register.filter
def channel_name(channel: str) -> str:
    """By which way it goes."""
    return CHANNELS.get(channel, channel)


@register.filter
def trouble_words(trouble: str) -> str:
    """Why an approved application is not invited yet."""
    return Trouble(trouble).label if trouble else "belum dicoba"


@register.filter
def call_reason(reason: str) -> str:
    """Why somebody has to be called."""
    return CALL_REASONS.get(reason, "Pesan tidak sampai")
