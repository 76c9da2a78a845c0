"""What the component page shows: made-up people and figures, plainly examples."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.templatetags.static import static

from requests_app.charts import Point, bar_chart, line_chart
from requests_app.icons import drawings
from requests_app.rules.forecast import Runway, StockDay
from requests_app.rules.statuses import Status
from requests_app.stock_chart import Past, StockChart, stock_chart

AT = datetime(2026, 6, 24, 7, 30, tzinfo=UTC)
DUE = AT + timedelta(days=5)
PROBLEMS = ("400", "403", "404", "413", "422", "429", "500", "503")


def examples() -> dict[str, Any]:
    """Everything that the partials of the component page need."""
    return {
        "sent": AT,
        "due": DUE,
        "answers": [
            {"label": "NIK", "value": "1671 0457 0895 9902", "edit": "#answers"},
            {"label": "Alamat", "value": "Lrg. Contoh No. 1, RT 003 RW 001, 35 Ilir", "edit": "#answers"},
            {"label": "Biaya", "value": "Gratis"},
        ],
        "files": _files(),
        "tabs": [("Ringkasan", "#tabs", True), ("Segera jatuh tempo", "#tabs", False), ("Laporan", "#tabs", False)],
        "staff_nav": [("Meja", "/gaya/petugas/", True), ("Daftar", "/gaya/petugas/", False)],
        "bars": _bars(),
        "line": _line(),
        "stock": _stock(),
        "statuses": [status.value for status in Status],
        "icons": [name.removeprefix("i-") for name in drawings()],
        "problems": PROBLEMS,
    }


def _files() -> list[dict[str, Any]]:
    return [
        {"name": "Kartu Keluarga 1", "detail": "Foto, 420 KB", "remove_name": "hapus", "remove_value": "1"},
        {"name": "Kartu Keluarga 2", "detail": "Foto, 380 KB", "hints": ["Foto tampak buram."]},
        {"name": "Surat kehilangan", "detail": "PDF, 2 halaman", "thumbnail": static("logo.svg")},
    ]


def _bars() -> Any:
    points = [
        Point("Sen 29", 1204, 1500), Point("Sel 30", 980, 1500), Point("Rab 1", 1720, 1500, "bad"),
        Point("Kam 2", 640, 1500), Point("Jum 3", 310, 0, "bad"),
    ]  # fmt: skip
    return bar_chart(
        "contoh-batang", "Harus diperiksa tiap hari, dibanding kapasitas", points,
        values="Harus diperiksa", limits="Kapasitas", note="Garis putus: kapasitas. Merah: tidak cukup petugas.",
    )  # fmt: skip


def _line() -> Any:
    months = ("Mar", "Apr", "Mei", "Jun")
    return line_chart(
        "contoh-garis", "Jam sampai dijawab, separuh pemohon",
        [Point(month, hours) for month, hours in zip(months, (61, 48, 52, 31), strict=True)], values="Daring",
        others=[Point(month, hours) for month, hours in zip(months, (40, None, 36, 33), strict=True)],
        other_values="Loket", note="Garis utuh: daring. Garis putus: loket.",
    )  # fmt: skip


def _stock() -> StockChart:
    """9,000 blanks, 100 a day less, a delivery after five weeks."""
    today = date(2026, 6, 24)

    def ahead(number: int) -> StockDay:
        left = 6000 - 100 * number + (1500 if number >= 35 else 0)
        return StockDay(today + timedelta(days=number), max(0, left), max(0, left - 12 * number), left + 12 * number)

    line = Runway(
        days=[ahead(number) for number in range(100)], reorder_on=today + timedelta(days=30),
        zero_on=today + timedelta(days=75), zero_early=today + timedelta(days=67),
        zero_late=today + timedelta(days=86), cover_days=75, order_by=today + timedelta(days=39),
    )  # fmt: skip
    past = [Past(today - timedelta(days=n), 6000 + 100 * n, 240 + 5 * (n % 9)) for n in range(30, 0, -1)]
    return stock_chart(past, line, today=today, free=5800, reorder_level=3000, deliveries=[today + timedelta(days=35)])
