"""Who may do what: the one table of roles and actions."""

from enum import StrEnum


class Role(StrEnum):
    """Staff roles."""

    OFFICER = "officer"
    COUNTER = "counter"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return {"officer": "Petugas", "counter": "Petugas loket", "supervisor": "Pengawas", "admin": "Admin"}[self]


_REVIEWERS = frozenset({Role.OFFICER, Role.COUNTER, Role.SUPERVISOR})
_SUPERVISORS = frozenset({Role.SUPERVISOR})
_WATCH = frozenset({Role.SUPERVISOR, Role.ADMIN})
_DESK = frozenset({Role.COUNTER, Role.SUPERVISOR})
_OFFICE = frozenset({Role.OFFICER, Role.SUPERVISOR})

# An address of a staff page carries one of these actions; whoever is not named gets 403.
MAY: dict[str, frozenset[Role]] = {
    "home": _REVIEWERS,
    "take_next": _REVIEWERS,
    "list": _REVIEWERS,
    "open_application": _REVIEWERS,
    "see_document": _REVIEWERS,
    "decide": _REVIEWERS,
    "compare_duplicates": _REVIEWERS,
    "record_recording": _REVIEWERS,
    "call_list": _REVIEWERS,
    "find_report": _REVIEWERS,
    "desk": _DESK,
    "register_walk_in": _DESK,
    "send_by_hand": _DESK,
    "answer_messages": _DESK,
    "see_stock": _REVIEWERS,
    "receive_blanks": _OFFICE,
    "move_blanks": _REVIEWERS,
    "confirm_count": _OFFICE,
    "see_forecast": _SUPERVISORS,
    "set_card_policy": _SUPERVISORS,
    "print_cards": _REVIEWERS,
    "hand_over_cards": _REVIEWERS,
    "issue_suket": _REVIEWERS,
    "oversee": _SUPERVISORS,
    "see_messages": _WATCH,
    "see_limits": _WATCH,
    "handle_report": _SUPERVISORS,
    "annul": _SUPERVISORS,
    "administer": frozenset({Role.ADMIN}),
    "manage_zones": frozenset({Role.ADMIN}),
}


def may(role: str, action: str) -> bool:
    """Whether a role may do an action; unknown actions are nobody's."""
    return role in MAY.get(action, frozenset())
