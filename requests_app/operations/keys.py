"""Locking the key of applications, and asking whether it is taken."""

from requests_app.models import HOLDS_KEY, Application
from requests_app.statements import Planned, Statement, execute_together

LOCK_CLASS = 71
LOCK_KEY = Planned("lock_key", "SELECT pg_advisory_xact_lock($1, hashtext($2))", ("int", "text"))


def lock_key(service: str, key_hash: bytes) -> None:
    """Until the end of the transaction nobody else opens, ends or lets go on an application of this key."""
    execute_together([key_lock(service, key_hash)])


def key_lock(service: str, key_hash: bytes) -> Statement:
    """The statement of `lock_key`, to be sent beside others."""
    return LOCK_KEY.with_values(LOCK_CLASS, service + key_hash.hex())


def key_is_taken(service: str, key_hash: bytes, *, besides: int | None = None) -> bool:
    """Whether an open application (not a held one) has this key."""
    others = Application.objects.filter(service=service, key_hash=key_hash, status__in=HOLDS_KEY)
    return (others if besides is None else others.exclude(pk=besides)).exists()
