"""Demo accounts of staff, and their shifts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from requests_app.models import Officer, Shift, Zone
from requests_app.rules.roles import Role

DEMO_PASSWORD = "palembang-contoh-2026"  # noqa: S105 - documented, for accounts that production refuses to start with
SHIFT_DAYS = 30


@dataclass(frozen=True)
class Account:
    """A made-up member of staff; `desk` is where they begin, `zones` the codes of those that they see (none: all)."""

    username: str
    first_name: str
    last_name: str
    role: Role
    desk: str
    zones: tuple[str, ...] = ()


ACCOUNTS = (
    Account("petugas1", "Ratna", "Contoh", Role.OFFICER, "/petugas/"),
    Account("petugas2", "Idris", "Contoh", Role.OFFICER, "/petugas/"),
    Account("petugas3", "Wulan", "Contoh", Role.OFFICER, "/petugas/"),
    Account("loket1", "Hasan", "Contoh", Role.COUNTER, "/uptd/", ("Z7",)),
    Account("loket2", "Melati", "Contoh", Role.COUNTER, "/uptd/", ("Z3",)),
    Account("loket3", "Yusuf", "Contoh", Role.COUNTER, "/uptd/", ("Z1", "Z2", "Z4", "Z5", "Z6", "Z8", "Z9")),
    Account("pengawas1", "Nurlela", "Contoh", Role.SUPERVISOR, "/pengawas/"),
    Account("admin1", "Darwis", "Contoh", Role.ADMIN, "/kelola/"),
)


class NotLocal(Exception):
    """Demo accounts and demo applications never go into production."""


class NameTaken(Exception):
    """An account of this name exists and is no demo account."""


def refuse_in_production() -> None:
    """Raise NotLocal unless this is a local or test run."""
    if not settings.LOCAL:
        raise NotLocal("Demo data is for local and test runs only (ADMINDUK_MODE=local).")


@transaction.atomic
def ensure_accounts(*, today: date) -> list[Officer]:
    """Create the demo accounts that are missing, and shifts of the officers for 30 days from `today` (WIB).

    Accounts that exist keep their password. Raises NotLocal or NameTaken.
    """
    refuse_in_production()
    known = {o.username: o for o in Officer.objects.filter(username__in=[a.username for a in ACCOUNTS])}
    taken = [name for name, officer in known.items() if not officer.is_demo]
    if taken:
        raise NameTaken(f"The account {taken[0]} exists and is no demo account.")
    missing = [account for account in ACCOUNTS if account.username not in known]
    if missing:
        shared = make_password(DEMO_PASSWORD)  # one hash for all: each costs a tenth of a second on purpose
        Officer.objects.bulk_create([_officer(account, shared) for account in missing])
        _list_zones(missing)
    officers = demo_officers(Role.OFFICER)
    days = [today + timedelta(days=n) for n in range(SHIFT_DAYS)]
    shifts = [Shift(officer=officer, date=day) for officer in officers for day in days]
    Shift.objects.bulk_create(shifts, ignore_conflicts=True)
    return demo_officers()


def _officer(account: Account, password: str) -> Officer:
    is_admin = account.role is Role.ADMIN
    # Supervisors are warned by e-mail: their mailbox stands in the simulator.
    email = f"{account.username}@contoh.example" if account.role is Role.SUPERVISOR else ""
    return Officer(
        username=account.username, first_name=account.first_name, last_name=account.last_name, role=account.role,
        email=email,
        password=password, is_demo=True, is_staff=is_admin, is_superuser=is_admin,
    )  # fmt: skip


def _list_zones(accounts: Sequence[Account]) -> None:
    """Which zones new accounts see, as far as these example zones are there."""
    zones = dict(Zone.objects.filter(is_example=True).values_list("code", "pk"))
    officers = dict(Officer.objects.filter(is_demo=True).values_list("username", "pk"))
    listed = Officer.zones.through
    listed.objects.bulk_create(
        listed(officer_id=officers[account.username], zone_id=zones[code])
        for account in accounts
        for code in account.zones
        if code in zones
    )


def demo_officers(role: Role | None = None) -> list[Officer]:
    """The demo accounts, all or of one role, by name."""
    found = Officer.objects.filter(is_demo=True).order_by("username")
    return list(found.filter(role=role) if role else found)


def accounts_text() -> str:
    """What a newcomer reads: names, password, and where each of them begins."""
    lines = [f"Demo accounts (made-up people; password of all: {DEMO_PASSWORD})"]
    lines += [f"  {a.username:<10} {a.role.value:<11} {settings.PUBLIC_URL}{a.desk}" for a in ACCOUNTS]
    lines.append(f"Named examples, with what opens each: {examples_path()}")
    return "\n".join(lines) + "\n"


def accounts_path() -> Path:
    """Read by `make run` after the start."""
    return settings.DATA_DIR / "accounts.txt"


def examples_path() -> Path:
    """The named examples with their numbers."""
    return settings.DATA_DIR / "examples.txt"


def write_text(path: Path, text: str) -> None:
    """Replace a text file of the data folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
