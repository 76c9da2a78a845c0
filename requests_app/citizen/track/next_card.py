"""What comes next while a card is made: the place in the line for a blank, printing, and the way to the office."""

from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.track.step import NextStep, news_comes, sentences
from requests_app.queries.blank_line import OwnPlace
from requests_app.queries.stage import Stage
from requests_app.queries.track import Detail
from requests_app.rules.phone import spaced_phone


def wait_for_printing(stage: Stage, detail: Detail | None) -> NextStep:
    """Approved: it is printed next, or it has joined the line for a blank already."""
    if stage.line is not None:
        return wait_for_blank(stage, detail)
    return _wait(stage, detail, _("Tunggu. Kartu Anda segera dicetak."))


def wait_for_blank(stage: Stage, detail: Detail | None) -> NextStep:
    """The place in the line and the expected week: nothing of it is personal. Nothing has to be done."""
    line = stage.line
    return NextStep(
        what=_("Tunggu. Kartu dicetak begitu blangko datang."),
        place=language.count(line.place) if line else "",
        when=sentences(_week(line), _told(line)),
        where=news_comes(stage, detail),
        need_not=_("Datang atau mengajukan lagi."),
        meanwhile="" if detail is not None and detail.suket else _suket(detail),
    )


def wait_in_print_queue(stage: Stage, detail: Detail | None) -> NextStep:
    """A blank is promised."""
    return _wait(stage, detail, _("Tunggu. Kartu Anda dalam antrean cetak."))


def wait_for_arrival(stage: Stage, detail: Detail | None) -> NextStep:
    """Printed; it is sent to where it is collected, or soon will be: until then the place can be chosen."""
    return _wait(stage, detail, _("Tunggu. Kartu Anda sudah dicetak."))


def _wait(stage: Stage, detail: Detail | None, what: str) -> NextStep:
    return NextStep(
        what=what,
        when=_("Kami mengabari Anda begitu kartu siap diambil."),
        where=news_comes(stage, detail),
        need_not=_("Datang atau mengajukan lagi."),
    )


def _week(line: OwnPlace | None) -> str:
    if line is None or line.week is None:
        return _("Kapan kartu dicetak belum dapat kami perkirakan.")
    return _("Perkiraan dicetak: minggu {day}.").format(day=language.day(line.week))


def _told(line: OwnPlace | None) -> str:
    """When they were told last, and when they hear again."""
    if line is None:
        return _("Kami mengabari Anda begitu blangko datang.")
    last = _("Terakhir kami kabarkan {day}.").format(day=language.day(line.told_at))
    return sentences(last, _("Kami mengabari lagi bila banyak berubah, paling lama 14 hari sekali."))


def _suket(detail: Detail | None) -> str:
    """A certificate helps whoever needs to identify themselves meanwhile; an officer issues it."""
    offer = _("Perlu tanda pengenal dan belum punya surat keterangan (suket)? Mintalah kepada petugas. Gratis.")
    if detail is None or not detail.office.number:
        return offer
    return sentences(offer, f"WhatsApp {spaced_phone(detail.office.number)}.")
