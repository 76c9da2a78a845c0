"""Broker, worker, timetable, database and disk: killed, frozen, wiped, filled, while people go on applying."""

import time

from adminduk.embedded.postgresql import PostgreSQL
from adminduk.embedded.valkey import Valkey
from faults.breaking import frozen, full_disk
from faults.trial import Fault, Trial
from faults.world import NOW

LOADED_TABLES = (
    "requests_app_application",
    "requests_app_notice",
    "requests_app_noticeattempt",
    "requests_app_event",
    "requests_app_webhookevent",
)
DUE = f"SELECT 1 FROM requests_app_notice WHERE state = 'queued' AND next_attempt_at <= ({NOW})"


def broker_wiped(trial: Trial) -> None:
    """Everything that lay in the broker is gone, again and again."""
    with trial.ticking(), trial.load(4):
        for _ in range(4 * trial.size):
            time.sleep(trial.chance.uniform(0.2, 1.2))
            with trial.world.redis() as broker:
                broker.flushall()
        trial.request()


def broker_frozen(trial: Trial) -> None:
    """Connections stay open and nobody answers."""
    with trial.ticking(), trial.load(6):
        time.sleep(1)
        with frozen(trial.world.server(Valkey)):
            for _ in range(3):
                trial.request()
                time.sleep(1 if trial.size == 1 else 8)  # longer than any time-out of the worker's connection


def broker_killed(trial: Trial) -> None:
    """Gone for a while, then a new one that knows nothing."""
    with trial.ticking(), trial.load(6):
        time.sleep(1)
        with trial.world.without(Valkey):
            for _ in range(3):
                trial.request()
                time.sleep(trial.size)


def worker_killed(trial: Trial) -> None:
    """At any moment, with up to sixteen calls under way."""
    kills = 3 * trial.size
    trial.world.simulator.faults({"action": "slow", "ms": 150})
    with trial.ticking(), trial.load(5):
        for _ in range(kills):
            worker = trial.world.worker()
            time.sleep(trial.chance.uniform(0.5, 3.0))
            trial.world.kill(worker)
        trial.request()
    trial.notes.append(f"{kills} workers killed")


def beat_killed(trial: Trial) -> None:
    """Nobody rings but the timetable, and it is dead for a while."""
    world = trial.world
    beat = world.beat()
    with trial.load(4, heard=False):
        time.sleep(trial.chance.uniform(0.5, 2))
        world.kill(beat)
        trial.request()
    with trial.ticking():
        world.until(lambda: not world.rows(DUE), "the new timetable rings", seconds=60)


def two_beats(trial: Trial) -> None:
    """A second timetable by accident: every tick comes twice."""
    with trial.ticking():
        second = trial.world.beat("second-beat")
        with trial.load(6):
            trial.request()
        trial.world.kill(second)


def database_restarted(trial: Trial) -> None:
    """SIGKILL to PostgreSQL under load; it recovers by its log. Who asks meanwhile is told so at once."""
    world = trial.world
    with trial.ticking(), trial.load(6):
        time.sleep(1.5)
        with world.without(PostgreSQL):
            trial.request(taken=False)
            trial.citizen.look()
        world.until(lambda: world.rows("SELECT 1"), "the database is back")
        trial.request()


def disk_full(trial: Trial) -> None:
    """A file system without a free byte under the tables that grow. Nothing is half stored."""
    world = trial.world
    with trial.ticking(), full_disk(world, LOADED_TABLES) as fill:
        with trial.load(4):
            time.sleep(1)
            with fill():
                statuses = []
                for _ in range(5):
                    statuses.append(trial.citizen.send())
                    time.sleep(0.5)
                trial.citizen.look()
                trial.notes.append(f"{sum(status >= 500 for status in statuses)} of 5 citizens told to come again")
        trial.request()


FAULTS = (
    Fault("broker_wiped", "Broker wiped (FLUSHALL), again and again", broker_wiped),
    Fault("broker_frozen", "Broker frozen (SIGSTOP), connections half open", broker_frozen),
    Fault("broker_killed", "Broker killed, then a new one", broker_killed),
    Fault("worker_killed", "Worker killed at random moments, calls under way", worker_killed),
    Fault("beat_killed", "Timetable killed, every hint lost; then a new one", beat_killed),
    Fault("two_beats", "Two timetables at once", two_beats),
    Fault("database_restarted", "Database killed under load, then restarted", database_restarted),
    Fault("disk_full", "Disk full under the tables that grow", disk_full, short=False),
)
