"""Pages over HTTP with 1,000 and 1,000,000 stored, two servers side by side, request by request in turn."""

import statistics
from collections.abc import Callable

from bench.load import Connection, percentile, request
from bench.result import Result
from bench.stage import Stage, say, use_database
from bench.stored import Store

TARGET = 1.5
COMMON = ("Siti", "Muhammad", "saputra", "Wijaya", "Ahmad")
FILTERS = (
    "",
    "status=submitted",
    "status=rejected&reason=luar_domisili",
    "status=handed_over",
    "due=today",
    "reason=baru",
)


class Visitor:
    """Somebody at one of both servers."""

    def __init__(self, store: Store, port: int, session: str) -> None:
        self.store, self.session = store, session
        self._connection = Connection(port)
        self._number = 0

    def get(self, path: str, *, expect: int = 200) -> float:
        """Seconds for a page."""
        return self._timed(request("GET", path, session=self.session), expect)

    def post(self, path: str, form: dict[str, str], *, expect: int = 200) -> float:
        """Seconds for a form."""
        return self._timed(request("POST", path, form=form, session=self.session), expect)

    def _timed(self, data: bytes, expect: int) -> float:
        answer = self._connection.send(data)
        if answer.status != expect:
            raise AssertionError(f"{data.split(b' HTTP')[0]!r}: {answer}")
        return answer.seconds

    def look_up(self, n: int) -> float:
        """Number and last four digits, then the stage page: seconds for both. Everybody comes from elsewhere."""
        self._number += 1
        probe = self.store.probes[n % len(self.store.probes)]
        visitor = f"10.9.{self._number >> 8 & 255}.{self._number & 255}"
        form = {"number": probe.number, "four_digits": probe.phone[-4:]}
        asked = self._connection.send(request("POST", "/lacak/", form=form, visitor=visitor))
        if asked.status != 302 or not asked.session:
            raise AssertionError(f"look-up: {asked}")
        shown = self._connection.send(request("GET", asked.location, session=asked.session, visitor=visitor))
        if shown.status != 200:
            raise AssertionError(f"stage page: {shown}")
        return asked.seconds + shown.seconds


Page = Callable[[Visitor, int], float]
LIST = "/petugas/permohonan/"
PAGES: tuple[tuple[str, str, Page], ...] = (
    ("list", "Officer's list, first page by filters, p95", lambda v, n: v.get(f"{LIST}?{FILTERS[n % len(FILTERS)]}")),
    ("search_common", "Search by a common name, p95", lambda v, n: v.post(LIST, {"q": COMMON[n % len(COMMON)]})),
    (
        "search_rare",
        "Search by a name that one has, p95",
        lambda v, n: v.post(LIST, {"q": v.store.probes[n % 100].name}),
    ),
    ("search_nik", "Search by NIK, p95", lambda v, n: v.post(LIST, {"q": v.store.probes[n % 100].nik})),
    ("track", "Tracking: look-up and stage page, p95", lambda v, n: v.look_up(n)),
)


def measure(stage: Stage, stores: tuple[Store, Store], *, rounds: int, requests: int) -> list[Result]:
    """The p95 of each page at the larger store beside the same at the smaller one; the median of the rounds."""
    small, large = (
        Visitor(store, stage.start_web(store.database), officer_session(store.database)) for store in stores
    )
    results = []
    for code, title, page in PAGES:
        for n in range(20):
            page(small, n), page(large, n)
        found = [_round(page, small, large, requests) for _ in range(rounds)]
        ratio = statistics.median(b / a for a, b in found)
        figures = {
            "at_1_000_ms": 1000 * statistics.median(a for a, _ in found),
            "at_1_000_000_ms": 1000 * statistics.median(b for _, b in found),
        }
        say(f"  {title}: {ratio:.2f} ({figures})")
        results.append(Result(code, title, ratio=ratio, target=TARGET, figures=figures))
    return results


def _round(page: Page, small: Visitor, large: Visitor, requests: int) -> tuple[float, float]:
    times = [(page(small, n), page(large, n)) for n in range(requests)]
    return percentile([a for a, _ in times], 0.95), percentile([b for _, b in times], 0.95)


def officer_session(database: str) -> str:
    """An officer of all zones and services, signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from requests_app.models import Officer

    use_database(database)
    officer, _ = Officer.objects.get_or_create(username="bench-list", defaults={"role": "officer"})
    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.create()
    return str(session.session_key)
