"""What the measurements of notices stand on: a provider, the office's own processes, and notices that are owed.

All of it real: the provider is the simulator in a process of its own, the door is gunicorn as `make run` starts it.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from psycopg2.extras import execute_values

from adminduk.embedded import programs
from adminduk.embedded.processes import spawn
from bench.stage import CLONE, ROLE, Stage, use_database
from bench.stored import load, phone_of

NUMBERS = 9
PATIENCE_S = 600.0
# What was loaded is history; what is measured is an answer that has just been given, within its promise.
ANSWERED = (
    "DELETE FROM requests_app_notice",
    "UPDATE requests_app_promise SET started_at = %(now)s::timestamptz - interval '2 days',"
    " due_at = %(now)s::timestamptz + interval '3 days', answered_at = %(now)s, told_at = NULL, evidence = '',"
    " outcome = 'open', next_rung_at = NULL",
)
REACHED = """
UPDATE requests_app_application AS a SET status = 'rejected', decided_at = v.at, waiting_until = NULL,
  contact = 'whatsapp', phone = v.phone, phone_hash = v.phone_hash, email = v.email, zone_id = v.zone_id
FROM (VALUES %s) AS v (id, at, phone, phone_hash, email, zone_id) WHERE a.id = v.id
"""
REACHED_TYPES = "(%s::bigint, %s::timestamptz, %s::bytea, %s::bytea, %s, %s::bigint)"


@dataclass(frozen=True)
class House:
    """The office on one database of the stage, and its provider."""

    stage: Stage
    database: str
    door: int
    provider: str
    folder: Path
    environment: dict[str, str]

    def control(self, name: str, content: object = None, *, method: str = "POST") -> Any:
        """Steer the simulator."""
        url = f"{self.provider}/_ctl/{name}"
        return httpx.request(method, url, json=content, trust_env=False, timeout=60).raise_for_status().json()

    def workers(self) -> list[subprocess.Popen[bytes]]:
        """Workers and beat, as `make run` starts them."""
        folder, env = self.folder, self.environment
        wanted = (
            programs.worker(folder, env, "sweep", "sweep", 1),
            programs.worker(folder, env, "send", "notify,files,reports", 2),
            programs.beat(folder, env),
        )
        started = [program.start() for program in wanted]
        self.stage.servers.extend(started)
        return started

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""
        connection = self.stage.owner(self.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


def open_house(stage: Stage, database: str) -> House:
    """An office without a single application, its door, and a provider that knows its numbers and templates."""
    stage.new_database(database)
    use_database(database)
    folder = stage.engines.data / database
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    door = stage.start_web(database)
    mail = _free_port()
    provider = _start_simulator(stage, folder, door, mail)
    environment = {
        **os.environ,
        **stage.environment,
        "DATABASE_URL": stage.engines.url(ROLE, database),
        "ADMINDUK_DATA": str(folder),
        "WHATSAPP_API_URL": provider,
        "SIMULATOR_URL": provider,
        "SMS_API_URL": f"{provider}/sms/messages",
        "SMS_API_TOKEN": stage.environment["SMS_API_TOKEN"],
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail),
        "EMAIL_USE_TLS": "0",
        "DEFAULT_FROM_EMAIL": "adminduk@contoh.example",
    }
    environment.pop("DATABASE_OWNER_URL", None)
    _use_here(environment)
    subprocess.run([sys.executable, "manage.py", "export_templates"], cwd=CLONE, env=environment, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return House(stage, database, door, provider, folder, environment)


def _start_simulator(stage: Stage, folder: Path, door: int, mail: int) -> str:
    port, env = _free_port(), {**os.environ, **stage.environment}
    argv = [sys.executable, "-m", "adminduk.embedded.simulator", "--port", str(port), "--smtp-port", str(mail),
            "--data", str(folder / "simulator"), "--callback", f"http://127.0.0.1:{door}/webhook/whatsapp/",
            "--read-after", "-1"]  # fmt: skip
    stage.servers.append(spawn(argv, log=folder / "logs" / "simulator.log", env=env, cwd=CLONE))
    address = f"http://127.0.0.1:{port}"
    until(lambda: _answers(port), seconds=30)
    return address


def _use_here(environment: dict[str, str]) -> None:
    """This process delivers too: it goes to the same provider and the same mail server."""
    from django.conf import settings

    for name in ("WHATSAPP_API_URL", "SIMULATOR_URL", "EMAIL_HOST", "DEFAULT_FROM_EMAIL", "SMS_API_URL",
                 "SMS_API_TOKEN"):  # fmt: skip
        setattr(settings, name, environment[name])
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS = int(environment["EMAIL_PORT"]), False


def set_limits(*, portfolio_limit: int, rate: int) -> None:
    """The office's limits from now on: people in 24 hours (0: no limit), messages a second of one number."""
    from requests_app.clock import database_now
    from requests_app.models import SendingPolicy
    from requests_app.operations.routes import forget_routes

    SendingPolicy.objects.create(
        valid_from=database_now(), portfolio_limit=portfolio_limit, rate_per_second=rate, quiet_from=0, quiet_until=0
    )
    forget_routes()


def answer_everybody(house: House, number: int, now: datetime) -> None:
    """So many answered applications, each with a phone of its own, every second one with an e-mail address."""
    from requests_app.models import Application, Officer, Zone
    from requests_app.vault.keyring import keyed_hash

    Officer.objects.get_or_create(username="bench-decided", defaults={"role": "officer"})
    zones = list(Zone.objects.exclude(whatsapp_phone_id="").order_by("code").values_list("pk", flat=True)[:NUMBERS])
    phone, email = (Application._meta.get_field(name).get_prep_value for name in ("phone", "email"))
    rows = [
        (n, now, phone(phone_of(n)), keyed_hash("phone", phone_of(n)),
         email(f"warga{n}@contoh.example" if n % 2 else ""), zones[n % NUMBERS])
        for n in range(1, number + 1)
    ]  # fmt: skip
    connection = house.stage.owner(house.database)
    with connection.cursor() as cursor:
        load(cursor, number, now)
        for statement in ANSWERED:
            cursor.execute(statement, {"now": now})
        execute_values(cursor, REACHED, rows, template=REACHED_TYPES, page_size=1000)
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def owe(now: datetime, leaves_at: datetime, *, purpose: str = "rejected", share: tuple[int, int] = (0, 1)) -> int:
    """Owe everybody the same kind of notice by WhatsApp; `share` (1, 2): every second one. Returns how many."""
    from requests_app.models import Application, Notice
    from requests_app.operations.notices import current_text, unsaved_notice
    from requests_app.rules.messages import ANSWER_PURPOSES

    text_id = current_text(purpose)
    answers = purpose in ANSWER_PURPOSES
    notices = [
        unsaved_notice(
            application,
            purpose,
            now=now,
            dedup=str(now),
            text_id=text_id,
            not_before=leaves_at,
            promise=application.promises.all()[0] if answers else None,
        )
        for application in Application.objects.prefetch_related("promises").order_by("pk")[share[0] :: share[1]]
    ]
    Notice.objects.bulk_create(notices, batch_size=1000)
    return len(notices)


def until(reached: Callable[[], object], *, seconds: float = PATIENCE_S, every_s: float = 0.1) -> float:
    """Wait; returns how long it took. Raises TimeoutError."""
    begin = time.monotonic()
    while not reached():
        if time.monotonic() - begin > seconds:
            raise TimeoutError
        time.sleep(every_s)
    return time.monotonic() - begin


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
