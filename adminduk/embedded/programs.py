"""The programs of the one-command start: their command lines and what they find in their environment."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adminduk.embedded.processes import MARK
from adminduk.embedded.supervisor import Program

CLONE = Path(__file__).resolve().parents[2]
# Only prepare_database may use the owner's role, so no other process is told how to reach it.
OWNER_ONLY = "DATABASE_OWNER_URL"


@dataclass(frozen=True)
class Addresses:
    """Where the web server and the simulator listen; an `smtp_port` of 0: mail goes where the environment says."""

    host: str
    port: int
    simulator_port: int
    smtp_port: int

    @property
    def bind(self) -> str:
        """What gunicorn listens on."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def here(self) -> str:
        """The web server seen from this machine, without a slash at the end."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
        host = everywhere.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def simulator(self) -> str:
        """The simulator, without a slash at the end."""
        return f"http://127.0.0.1:{self.simulator_port}"

    def environment(self) -> dict[str, str]:
        """The addresses as the processes read them; a PUBLIC_URL and an SMS gateway from outside win."""
        public = os.environ.get("PUBLIC_URL", self.here)
        ours = {"PUBLIC_URL": public, "WHATSAPP_API_URL": self.simulator, "SIMULATOR_URL": self.simulator}
        given = any(os.environ.get(name) for name in ("SMS_API_URL", "SMS_API_URL_FILE"))
        sms = {} if given else {"SMS_API_URL": f"{self.simulator}/sms/messages"}
        return ours | sms | (self._mail() if self.smtp_port else {})

    def _mail(self) -> dict[str, str]:
        sender = os.environ.get("DEFAULT_FROM_EMAIL") or "adminduk@contoh.example"
        where = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.smtp_port), "EMAIL_USE_TLS": "0"}
        return where | {"DEFAULT_FROM_EMAIL": sender}


def environment(data: Path, keys: Mapping[str, str], changing: Mapping[str, str]) -> dict[str, str]:
    """What a child finds: our environment over the folder's keys, and over both what is this start's."""
    ours = {"ADMINDUK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "adminduk.settings", MARK: str(data)}
    return {**keys, **os.environ, **changing, **ours, "PYTHONUNBUFFERED": "1"}


def without_owner(env: Mapping[str, str]) -> dict[str, str]:
    """The same without the owner's way into the database."""
    return {name: value for name, value in env.items() if name != OWNER_ONLY}


def web(data: Path, env: Mapping[str, str], addresses: Addresses) -> Program:
    """The web server: gunicorn, whose settings are in gunicorn.conf.py."""
    argv = _python("gunicorn", "adminduk.wsgi:application", "--bind", addresses.bind)
    return Program("web server", argv, data / "logs" / "web.log", env, CLONE)


def simulator(data: Path, env: Mapping[str, str], addresses: Addresses) -> Program:
    """The WhatsApp simulator, which calls our webhook like the real one, and takes the mail."""
    argv = _python(
        "adminduk.embedded.simulator",
        *("--host", "127.0.0.1", "--port", str(addresses.simulator_port)),
        *("--smtp-port", str(addresses.smtp_port)),
        *("--data", str(data / "simulator"), "--callback", f"{addresses.here}/webhook/whatsapp/"),
        *("--sms-callback", f"{addresses.here}/webhook/sms/"),
    )
    return Program("WhatsApp simulator", argv, data / "logs" / "simulator.log", env, CLONE, layer=1)


def worker(data: Path, env: Mapping[str, str], name: str, queues: str, processes: int) -> Program:
    """A Celery worker for some queues.

    When we are killed it is killed too, and its pool with it: asked kindly, it would first wait for a broker
    that is gone. What it was doing is found again by the sweep.
    """
    argv = _python(
        *("celery", "-A", "adminduk", "worker", "--pool", "prefork", "--concurrency", str(processes)),
        *("--queues", queues, "--hostname", f"{name}@adminduk", "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    )
    log = data / "logs" / f"worker-{name}.log"
    return Program(f"worker ({name})", argv, log, env, CLONE, death_signal=signal.SIGKILL)


def beat(data: Path, env: Mapping[str, str]) -> Program:
    """Celery's timetable."""
    schedule = data / "beat"
    schedule.mkdir(mode=0o700, exist_ok=True)
    argv = _python("celery", "-A", "adminduk", "beat", "--schedule", str(schedule / "schedule"), "--pidfile", "")
    return Program("beat", argv, data / "logs" / "beat.log", env, CLONE)


def _python(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]
