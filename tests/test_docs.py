"""The guides name what the pages show and what the program reads, so that whoever searches for the words finds them."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from requests_app.models import Circuit, Notice, Zone
from requests_app.queries.notice_conditions import (
    of_budget,
    of_calls,
    of_inbox,
    of_late,
    of_numbers,
    of_posts,
    of_receipts,
    of_silence,
    of_unknown_number,
)
from requests_app.queries.notice_health import load_health
from requests_app.queries.notice_waiting import BudgetNow, Waiting
from requests_app.rules.notice_health import CONDITION_WORDS, ENOUGH, Cause, Condition
from requests_app.rules.webhook_posts import Posts
from tests.factories import APPROVED, decided, submitted

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs/notices.md").read_text().casefold()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def general(words: str) -> str:
    """Numbers of this one time as N: at the beginning, of per cent, of zones."""
    return re.sub(r"^\d+|\d+(?=%)|\d+(?= zona$)", "N", words)


def in_guide(words: str) -> bool:
    """Whether some words of the page begin so in the guide, there perhaps behind a number."""
    return re.search(rf"\*(n )?{re.escape(general(words).casefold())}", GUIDE) is not None


@pytest.mark.parametrize("words", CONDITION_WORDS.values())
def test_every_matter_of_the_warnings_has_a_row(words: str) -> None:
    assert in_guide(words)


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause.tone])
def test_every_cause_that_is_red_or_yellow_has_a_row(cause: Cause) -> None:
    assert in_guide(cause.words)


def titles(now: datetime) -> list[Condition]:
    used_up, near = (BudgetNow(used, 250, 50, 80, 9.0, 1, 2) for used in (250, 210))
    stuck = Waiting(1, "whatsapp", Cause.RETRY, "2", 1, now - HOUR, now - HOUR, False)
    return [
        *of_budget(used_up, now), *of_budget(near, now), *of_calls(3), *of_inbox(["Zona A"]), *of_late([stuck], now),
        *of_numbers([Zone(name="Zona A", number_trouble="131031")]),
        *of_posts({"whatsapp": Posts(refused=3, refused_lately=3)}), *of_receipts({"unread": 3, "trouble": 3}),
        *of_silence([("deliver_due", None)]), *of_unknown_number(3),
    ]  # fmt: skip


def test_every_box_has_a_row_by_its_own_title(now: datetime, settings: Any) -> None:
    settings.WHATSAPP_APP_SECRET = "rahasia"
    found = titles(now)
    assert len({one.kind for one in found}) == 10
    assert [one.title for one in found if not in_guide(one.title)] == []


@pytest.mark.django_db
def test_everything_that_a_zone_is_red_or_yellow_for_has_a_row(now: datetime) -> None:
    zone = decided(now - HOUR, APPROVED).zone
    Circuit.objects.create(channel="whatsapp", zone=zone, failures=9, opened_at=now - HOUR, next_probe_at=now)
    Zone.objects.filter(pk=zone.pk).update(number_trouble="131031")
    for _ in range(ENOUGH):
        submitted(now - HOUR)
    ended = {"next_attempt_at": None, "zone_id": zone.pk}
    Notice.objects.filter(purpose="received").update(state="failed", error_code="131026", failed_at=now, **ended)
    Notice.objects.filter(purpose="approved").update(zone=zone)
    troubles = shown(now, zone)
    Notice.objects.filter(purpose="approved").update(state="held", error_code="190")
    troubles |= shown(now, zone)
    Notice.objects.filter(purpose="approved").update(promise=None)
    Zone.objects.filter(pk=zone.pk).update(whatsapp_number="", whatsapp_phone_id="")
    troubles |= shown(now, zone)
    assert len(troubles) == 8
    assert [words for words in sorted(troubles) if not in_guide(words)] == []


def shown(now: datetime, zone: Zone) -> set[str]:
    """The troubles of a zone, without what is of this one time."""
    (row,) = [row for row in load_health(now).zones if row.zone.pk == zone.pk]
    return {general(re.split(r" sejak |:", words)[0]) for _, words in row.troubles}


def test_the_settings_of_mail_are_told_and_passed_on() -> None:
    """Nobody reads settings.py to connect mail."""
    settings = (ROOT / "adminduk/settings.py").read_text()
    names = set(re.findall(r'"((?:EMAIL_|DEFAULT_FROM_)[A-Z_]+)"', settings))
    assert len(names) == 6
    for told in ("README.md", "docker-compose.yml", "docs/operators/running.md"):
        text = (ROOT / told).read_text()
        assert {name for name in names if not re.search(rf"\b{name}(_FILE)?\b", text)} == set(), told
        assert set(re.findall(r"\bEMAIL_[A-Z_]+?(?=_FILE|\b)", text)) <= names, told
