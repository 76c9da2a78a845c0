"""The page of messages: how well they arrive, of a day or of a month, and how each zone and channel does.

What waits is notice_situation's. Nothing sealed is read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from requests_app.models import CallTask, Circuit, Zone
from requests_app.queries.kept_figures import last_month
from requests_app.queries.notice_conditions import WAY_NAMES
from requests_app.queries.notice_figures import DAY, Line, Period, load_figures, load_period
from requests_app.queries.notice_situation import Situation, load_situation
from requests_app.queries.notice_waiting import Waiting
from requests_app.rules.dates import format_count, format_moment
from requests_app.rules.labels import error_words
from requests_app.rules.notice_health import ENOUGH, FAILED_SHARE, HELD, IN_TIME_SHARE, LATE, Cause, worst
from requests_app.rules.visits import Sender

OFFICE_WORDS = "peringatan dan pesan uji"


@dataclass(frozen=True)
class WayHealth:
    """One channel, of a zone or of all: its name, its figures, and what waits there."""

    name: str
    line: Line
    waiting: int
    oldest: datetime | None


@dataclass(frozen=True)
class ZoneHealth:
    """One zone: its figures, what waits, and what is wrong with it (tone and words)."""

    zone: Zone
    line: Line
    ways: Sequence[WayHealth]
    waiting: int
    oldest: datetime | None
    by_hand: int
    troubles: Sequence[tuple[str, str]]

    @property
    def tone(self) -> str:
        """The worst of its troubles."""
        return worst([tone for tone, _ in self.troubles])


@dataclass(frozen=True)
class Health:
    """Everything of the page. `period_at`: when its figures were counted.

    `failures`: zone, channel and cause in words, and how many.
    """

    period: Period
    period_at: datetime
    ages: Mapping[int, Line]
    situation: Situation
    zones: Sequence[ZoneHealth]
    failures: Sequence[tuple[str, str, str, int]]
    calls: int

    @property
    def backlog(self) -> int:
        """Messages that should have left and have not."""
        return sum(row.number for row in self.situation.waiting if row.is_due)

    @property
    def oldest(self) -> datetime | None:
        """From when the oldest of them waits."""
        return min((row.since for row in self.situation.waiting if row.is_due), default=None)

    @property
    def channels(self) -> Sequence[WayHealth]:
        """Each channel of all zones."""
        return _ways(self.period.channels, [row for row in self.situation.waiting if row.is_due])

    @property
    def failures_of_city(self) -> Sequence[tuple[str, str, int]]:
        """Channel and cause of what failed in all zones, and how many; the most frequent first."""
        found: Counter[tuple[str, str]] = Counter()
        for _, channel, cause, number in self.failures:
            found[channel, cause] += number
        return [(channel, cause, number) for (channel, cause), number in found.most_common()]

    @property
    def causes(self) -> Sequence[tuple[Cause, str, str, int, datetime]]:
        """What has not left: cause, channel, more in words, how many, since when; what somebody has to act on first."""
        found: dict[tuple[Cause, str, str], list[Waiting]] = {}
        for row in self.situation.waiting:
            words = [OFFICE_WORDS] if row.to_office else []
            words += [error_words(row.code)] if row.code else []
            found.setdefault((row.cause, row.channel, ", ".join(words)), []).append(row)
        rows = [
            (cause, WAY_NAMES.get(channel, channel), words,
             sum(row.number for row in group), min(row.since for row in group))
            for (cause, channel, words), group in found.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-("", "warn", "bad").index(row[0].tone), -row[3], row[0]))


def load_health(now: datetime, *, days: int = 1) -> Health:
    """The page of a day or of a month: fourteen queries, sixteen where the month was never counted."""
    figures, counted_at = (load_figures(now, DAY), now) if days == 1 else last_month(now)
    situation = load_situation(now)
    zones = Zone.objects.order_by("code")
    names = {zone.pk: zone.name for zone in zones}
    return Health(
        period=figures.period,
        period_at=counted_at,
        ages=figures.period.ages if days == 1 else load_period(now, DAY).ages,
        situation=situation,
        zones=[_zone_health(zone, figures.period, situation, now) for zone in zones if zone.is_active],
        failures=[
            (names[of.zone_id], _way_name(of.channel), error_words(of.code), of.number) for of in figures.failures
        ],
        calls=CallTask.objects.filter(closed_at=None).count(),
    )


def _zone_health(zone: Zone, period: Period, situation: Situation, now: datetime) -> ZoneHealth:
    rows = [row for row in situation.waiting if row.zone_id == zone.pk]
    line = period.zones.get(zone.pk, Line())
    due = [row for row in rows if row.is_due]
    return ZoneHealth(
        zone=zone,
        line=line,
        ways=_ways({channel: one for (own, channel), one in period.ways.items() if own == zone.pk}, due),
        waiting=sum(row.number for row in due),
        oldest=min((row.since for row in due), default=None),
        by_hand=sum(row.number for row in rows if row.cause is Cause.BY_HAND),
        troubles=[*_number_troubles(zone, situation.circuits), *_waiting_troubles(due, now), *_line_troubles(line)],
    )


def _ways(lines: Mapping[str, Line], due: Sequence[Waiting]) -> list[WayHealth]:
    """Channels of which something was written in the period, or waits from before it."""
    found = []
    for channel in sorted({*lines, *(row.channel for row in due)}):
        waits = [row for row in due if row.channel == channel]
        oldest = min((row.since for row in waits), default=None)
        found.append(
            WayHealth(_way_name(channel), lines.get(channel, Line()), sum(row.number for row in waits), oldest)
        )
    return found


def _way_name(channel: str) -> str:
    return WAY_NAMES.get(channel, channel)


def _number_troubles(zone: Zone, circuits: Sequence[Circuit]) -> Iterator[tuple[str, str]]:
    for circuit in circuits:
        if circuit.zone_id == zone.pk and circuit.opened_at is not None:
            yield "bad", f"nomor tidak menjawab sejak {format_moment(circuit.opened_at)}"
    if zone.number_trouble:
        yield "bad", f"nomor ditolak: {error_words(zone.number_trouble)}"
    if zone.sender is Sender.NONE:
        yield "warn", "tanpa nomor WhatsApp"


def _waiting_troubles(due: Sequence[Waiting], now: datetime) -> Iterator[tuple[str, str]]:
    due = [row for row in due if not row.to_office]
    held = sum(row.number for row in due if row.cause in HELD)
    if held:
        yield "bad", f"{format_count(held)} pesan tertunda"
    if any(row.promised_since is not None and row.promised_since <= now - LATE for row in due):
        yield "bad", "jawaban menunggu lebih dari 10 menit"
    elif any(row.since <= now - LATE for row in due):
        yield "warn", "pesan menunggu lebih dari 10 menit"


def _line_troubles(line: Line) -> Iterator[tuple[str, str]]:
    if line.share_60 is not None and line.judged >= ENOUGH and line.share_60 < IN_TIME_SHARE:
        yield "warn", f"hanya {int(100 * line.share_60)}% sampai dalam 60 detik"
    if line.owed >= ENOUGH and line.failed / line.owed > FAILED_SHARE:
        yield "warn", f"{100 * line.failed // line.owed}% gagal"
