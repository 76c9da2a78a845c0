"""Who needs a second factor, and whether it was given in this session."""

from django.conf import settings
from django.http import HttpRequest

from requests_app.models import Officer
from requests_app.rules.roles import Role

DUE = "second_factor_due"
ROLES_WITH_SECOND_FACTOR = frozenset({Role.SUPERVISOR, Role.ADMIN})


def must_have_second_factor(officer: Officer) -> bool:
    """Supervisors and admins in production; everybody else may have one."""
    return settings.MODE == "production" and officer.role in ROLES_WITH_SECOND_FACTOR


def owes_second_factor(request: HttpRequest) -> bool:
    """Whether this session still has to give the code: it is due by role, or the account has a device."""
    officer = request.user
    if not isinstance(officer, Officer):
        return False
    due = must_have_second_factor(officer) or request.session.get(DUE, False)
    return bool(due) and not _verified(officer)


def _verified(officer: Officer) -> bool:
    """`is_verified` comes from OTPMiddleware; without that middleware nobody is verified."""
    check = getattr(officer, "is_verified", None)
    return bool(check and check())
