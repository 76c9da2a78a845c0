"""A citizen at the real web server: what a request takes while something else is broken."""

import re
import time
from dataclasses import dataclass

import httpx

from faults.world import World

CHECK_PAGE = "/ajukan/ktp-el/periksa/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
DRAFT = re.compile(r'name="draft" value="([^"]+)"')
PATIENCE_S = 20.0


@dataclass(frozen=True)
class Seen:
    """One request: HTTP status (0: no answer) and seconds."""

    status: int
    seconds: float


class Citizen:
    """Sends what others have filled in, each in the session of a visitor of their own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._sessions: list[str] = []
        self.seen: list[Seen] = []

    def fill_in(self, count: int) -> None:
        """So many forms are complete up to the last page; done beforehand, while all is well."""
        self._sessions += self._world.crowd.ask("fill_in", count=count)

    def send(self) -> int:
        """The last page, and the press that sends the application. Returns the status of the last (302: taken)."""
        with self._visit(self._sessions.pop()) as visit:
            page = self._request(visit, "GET", CHECK_PAGE)
            found = TOKEN.search(page.text), DRAFT.search(page.text)
            if found[0] is None or found[1] is None:
                assert page.status_code >= 500, f"{page.status_code} {page.headers.get('location')}"
                return page.status_code
            form = {"statement": "on", "draft": found[1][1], "csrfmiddlewaretoken": found[0][1]}
            return self._request(visit, "POST", CHECK_PAGE, form).status_code

    def look(self) -> int:
        """The page where an application is followed."""
        with self._visit("") as visit:
            return self._request(visit, "GET", "/lacak/").status_code

    @property
    def slowest_s(self) -> float:
        """The longest that any request took."""
        return max((seen.seconds for seen in self.seen), default=0.0)

    def _visit(self, session: str) -> httpx.Client:
        number = len(self.seen) + 1
        headers = {"X-Forwarded-For": f"10.9.{number >> 8 & 255}.{number & 255}"}
        cookies = {"sessionid": session} if session else {}
        return httpx.Client(
            base_url=self._world.home, headers=headers, cookies=cookies, timeout=PATIENCE_S, trust_env=False
        )

    def _request(
        self, visit: httpx.Client, method: str, path: str, form: dict[str, str] | None = None
    ) -> httpx.Response:
        begin = time.monotonic()
        try:
            answer = visit.request(method, path, data=form)
        except httpx.TransportError:
            answer = httpx.Response(599)
        self.seen.append(Seen(0 if answer.status_code == 599 else answer.status_code, time.monotonic() - begin))
        return answer
