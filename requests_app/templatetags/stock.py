"""Words and numbers of the stock's pages."""

from datetime import datetime

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from requests_app.models import BlankMovement, BlankStock, BlankTransfer, Officer, StockAlert, TransferLine
from requests_app.queries.stock import code_of
from requests_app.rules.blanks import Move, Outcome
from requests_app.rules.dates import format_count, format_day, to_wib

register = template.Library()


@register.filter
def signed(number: int) -> str:
    """A change: `+500`, `−3`; nothing for none."""
    return "" if not number else f"{'+' if number > 0 else '−'}{format_count(abs(number))}"


@register.filter
def person(officer: Officer | None) -> str:
    """Who did it; nothing for the clock."""
    return officer.get_full_name() or officer.username if officer is not None else ""


@register.filter
def location_code(stock: BlankStock) -> str:
    """Its code in addresses."""
    return code_of(stock)


@register.filter
def move_label(kind: str) -> str:
    """What a line records."""
    return Move(kind).label


@register.filter
def outcome_label(outcome: str) -> str:
    """What became of a card."""
    return Outcome(outcome).label


@register.filter
def day_and_time(at: datetime) -> str:
    """In a narrow column: `29 Juni 2026 14.30`."""
    return f"{format_day(at)} {to_wib(at):%H.%M}"


@register.filter
def way(transfer: BlankTransfer) -> str:
    """From where to where."""
    return f"{transfer.from_stock} ke {transfer.to_stock}"


@register.filter
def sent_words(transfer: BlankTransfer) -> str:
    """How many left when."""
    return f"{format_count(getattr(transfer, 'sent', 0))} blangko, dikirim {format_day(transfer.sent_at)}"


@register.filter
def difference_words(transfer: BlankTransfer) -> str:
    """What was sent and what arrived."""
    sent, arrived = getattr(transfer, "sent", 0), getattr(transfer, "arrived", 0)
    return f"Dikirim {format_count(sent)}, diterima {format_count(arrived or 0)}"


@register.filter
def line_difference(line: TransferLine) -> int:
    """Positive: more arrived than was sent."""
    return (line.arrived or 0) - line.sent


@register.simple_tag
def line_reason(line: BlankMovement) -> SafeString:
    """What made a line of the ledger, with a link to it."""
    if line.receipt_id:
        return _link("stock_receipt", line.receipt_id, f"Surat {line.receipt}")
    if line.transfer_id:
        return _link("stock_transfer", line.transfer_id, f"Kiriman {line.transfer_id}")
    if line.count_id:
        return _link("stock_show_count", line.count_id, f"Opname {line.count_id}")
    if line.photo_id and not line.application_id:
        return format_html('<a href="{}">Foto</a>', reverse("stock_photo", args=[line.photo_id, 1]))
    if line.day:
        return format_html("Pemakaian {}", format_day(line.day))
    parts = [format_html("{}", line.application.number)] if line.application else []
    parts += [_link("printing_batch", line.batch.number, line.batch.number)] if line.batch else []
    parts += [_link("printing_card", line.card.code, line.card.code)] if line.card else []
    return format_html_join(", ", "{}", ((part,) for part in parts))


def _link(name: str, key: int | str, words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(name, args=[key]), words)


@register.simple_tag
def alert_words(alert: StockAlert) -> SafeString:
    """What an alert of the ledger, a transfer, a shipment, an office's cards or a lost one says, with the way to it."""
    since = format_day(alert.opened_at)
    if alert.kind == "transfer":
        facts = alert.facts
        words = f"dikirim {format_count(facts['sent'])}, diterima {format_count(facts['arrived'])}, sejak {since}."
        return format_html("{} {}", words, _link("stock_transfer", int(alert.key), "Lihat dan jelaskan"))
    if alert.kind == "ledger":
        return format_html("sejak {}. {}", since, _link_home())
    if alert.kind == "loss":
        words = f"kartu {alert.key} dicari sejak {format_day(datetime.fromisoformat(alert.facts['since']))}."
        return format_html("{} {}", words, _link("printing_card", alert.key, "Lihat kartu"))
    if alert.kind == "unfetched":
        count, place = format_count(alert.facts["cards"]), alert.facts["place"]
        words = f"{count} kartu di {place} sudah lebih dari 7 hari lewat waktunya, dilihat {since}."
        return format_html("{} {}", words, _link_to_carry(alert.key))
    facts = {"shipment": alert.key, "missing": "", "from": "", "to": "", **alert.facts}
    words = "{shipment} dari {from} ke {to}: {missing} kartu tidak tiba".format(**facts)
    return format_html("{}, sejak {}.", words, since)


def _link_to_carry(code: str) -> SafeString:
    """The list of an office's cards that are to be carried."""
    address = f"{reverse('cards_place', args=[code])}?tampil=pindah"
    return format_html('<a href="{}">Lihat kartunya</a>', address)


def _link_home() -> SafeString:
    return format_html('<a href="{}">Lihat stok</a>', reverse("stock_home"))
