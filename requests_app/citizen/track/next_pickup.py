"""What comes next for whoever collects a card: where, when, with what, who may come instead; and who has it."""

from dataclasses import replace

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.track.step import Link, NextStep, news_comes, sentences
from requests_app.models import Zone
from requests_app.models.zones import usual_hours
from requests_app.operations.pickup_words import office_in_words
from requests_app.queries.pickups import OwnPickup
from requests_app.queries.stage import Stage
from requests_app.queries.track import Detail


def collect(stage: Stage, detail: Detail | None) -> NextStep:
    """The card is there. Before the proof nothing tells where: the office is that of the owner's address."""
    if stage.carried:
        return _wait_for_move(stage, detail)
    pickup = detail.pickup if detail is not None else None
    if detail is None or pickup is None:
        return NextStep(
            what=_("Ambil kartu."),
            when=_("Pada jam layanan. Jamnya ada dalam pesan kami."),
            where=_("Tempatnya ada dalam pesan kami, dan di sini sesudah Anda membuka permohonan ini di bawah."),
            need_not=_who_may_come(),
            yours=True,
        )
    return NextStep(
        what=_("Ambil kartu Anda. Tunjukkan kode ambil di bawah."),
        when=sentences(_day(pickup), language.hours(weekly_hours(pickup.zone)) + ".", _until(pickup)),
        where=_place(pickup.zone),
        bring=sentences(_bring(detail), _("Dan kode ambil.")),
        need_not=_who_may_come(),
        yours=True,
    )


def _wait_for_move(stage: Stage, detail: Detail | None) -> NextStep:
    """Nobody came for it, and somebody carries it to the head office: until it is there nobody gets it."""
    return NextStep(
        what=_("Tunggu. Kartu sedang dibawa ke Kantor Dukcapil."),
        when=_("Anda kami kabari saat sudah ada di sana."),
        where=news_comes(stage, detail),
        need_not=_("Datang atau mengajukan lagi."),
    )


def with_choice(step: NextStep, stage: Stage, detail: Detail | None) -> NextStep:
    """The same, with the way to choose where or when, as long as that can be chosen."""
    pickup = detail.pickup if detail is not None else None
    if pickup is None or not pickup.choosable:
        return step
    label = _("Pilih hari ambil kartu") if pickup.choosable.day else _("Pilih tempat ambil kartu")
    return replace(step, links=(Link(label, reverse("track_pickup", args=[stage.number]), "calendar"), *step.links))


def given_words(detail: Detail | None) -> str:
    """Who has the card, and since when; empty where that is not known or not to be said."""
    pickup = detail.pickup if detail is not None else None
    if pickup is None or pickup.given_at is None:
        return ""
    moment = language.moment(pickup.given_at)
    if pickup.given_to:
        return _("Kartu diterima wakil Anda, {name}: {moment}.").format(name=pickup.given_to, moment=moment)
    return _("Kartu Anda terima: {moment}.").format(moment=moment)


def weekly_hours(zone: Zone | None) -> list[dict[str, object]]:
    """The weekly hours of an office; the head office has the usual ones."""
    return zone.weekly_hours if zone is not None else usual_hours()


def part_words(part: str) -> str:
    """A part of the day."""
    words = {"pagi": _("pagi, sebelum pukul 12.00"), "siang": _("siang, sesudah pukul 12.00")}
    return words.get(part, "")


def _day(pickup: OwnPickup) -> str:
    if pickup.day is None:
        return ""
    parts = filter(None, [language.long_day(pickup.day), part_words(pickup.part)])
    return _("Pilihan Anda: {time}.").format(time=", ".join(parts))


def _until(pickup: OwnPickup) -> str:
    if pickup.moves_at is None:
        return ""
    day = language.day(pickup.moves_at)
    return _("Mulai {day} kartu dapat kami pindahkan ke Kantor Dukcapil; Anda kami kabari.").format(day=day)


def _place(zone: Zone | None) -> str:
    place = language.as_written(office_in_words(zone) + ".")
    if zone is None or not zone.map_link:
        return place
    link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
    return sentences(place, format_html(link, zone.map_link, _("Buka peta")))


def _bring(detail: Detail) -> str:
    words = str(detail.meeting.get("bring", "")).strip()
    if not words:
        return _("Kartu Keluarga asli, dan kartu lama bila ada.")
    return language.as_written(words[0].upper() + words[1:].rstrip(".") + ".")


def _who_may_come() -> str:
    return _("Datang sendiri. Keluarga satu KK boleh mengambil. Orang lain membawa surat kuasa F-1.07.")
