"""Each staff page answers its roles only: one table of address × role, anonymous included.

A new page under /petugas/, /pengawas/, /uptd/, /kelola/ or /admin/ belongs into ACTIONS; until then this test fails.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from requests_app.rules.roles import MAY, Role
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db

DOORS = ("petugas/", "pengawas/", "uptd/", "kelola/", "admin/", "stok/", "cetak/", "kartu/")
# For a television: numbers and desks, nothing else (docs/decisions/0020).
PUBLIC = ("uptd/layar/",)
EVERYBODY = {"officer", "counter", "supervisor"}
SUPERVISORS = {"supervisor"}
DESK = {"counter", "supervisor"}
OFFICE = {"officer", "supervisor"}

# What each action's page is for, written down a second time on purpose: a slip in rules/roles.py shows here.
ROLES = {
    "home": EVERYBODY, "take_next": EVERYBODY, "list": EVERYBODY, "open_application": EVERYBODY,
    "see_document": EVERYBODY, "decide": EVERYBODY, "compare_duplicates": EVERYBODY, "record_recording": EVERYBODY,
    "call_list": EVERYBODY, "find_report": EVERYBODY,
    "oversee": SUPERVISORS, "handle_report": SUPERVISORS, "annul": SUPERVISORS, "administer": {"admin"},
    "see_stock": EVERYBODY, "move_blanks": EVERYBODY, "print_cards": EVERYBODY, "hand_over_cards": EVERYBODY,
    "issue_suket": EVERYBODY, "receive_blanks": OFFICE, "confirm_count": OFFICE,
    "see_forecast": SUPERVISORS, "set_card_policy": SUPERVISORS,
    "desk": DESK, "register_walk_in": DESK, "send_by_hand": DESK, "answer_messages": DESK,
    "manage_zones": {"admin"},
    "see_messages": {"supervisor", "admin"}, "see_limits": {"supervisor", "admin"},
}  # fmt: skip

# URL name → action. Pages of Django's admin are all "administer" and need no line.
ACTIONS = {
    "officer_home": "home",
    "take_next": "take_next",
    "claim_application": "take_next",
    "officer_list": "list",
    "review_application": "open_application",
    "release_application": "decide",
    "renew_lease": "decide",
    "decide_application": "decide",
    "decision_recorded": "decide",
    "take_back_decision": "decide",
    "see_document": "see_document",
    "officer_duplicates": "compare_duplicates",
    "compare_duplicates": "compare_duplicates",
    "officer_recordings": "record_recording",
    "officer_calls": "call_list",
    "officer_call": "call_list",
    "officer_report": "find_report",
    "officer_suket": "issue_suket",
    "officer_suket_pdf": "issue_suket",
    "oversight_home": "oversee",
    "oversight_broken": "oversee",
    "oversight_soon": "oversee",
    "oversight_reports": "handle_report",
    "oversight_report": "handle_report",
    "oversight_report_own": "handle_report",
    "oversight_report_answer": "handle_report",
    "oversight_report_close": "handle_report",
    "oversight_annul": "annul",
    "oversight_invitations": "oversee",
    "oversight_survey": "oversee",
    "oversight_notices": "see_messages",
    "oversight_read_unreadable": "see_messages",
    "desk_home": "desk",
    "desk_today": "desk",
    "by_hand": "send_by_hand",
    "inbox": "answer_messages",
    "inbox_of_zone": "answer_messages",
    "conversation": "answer_messages",
    "reply_to_conversation": "answer_messages",
    "close_conversation": "answer_messages",
    "desk_lists": "desk",
    "desk_call_next": "desk",
    "desk_find": "desk",
    "desk_visit": "desk",
    "desk_check_in": "desk",
    "desk_no_show": "desk",
    "desk_call": "desk",
    "desk_put_back": "desk",
    "desk_send_home": "desk",
    "desk_finish": "desk",
    "walk_in": "register_walk_in",
    "walk_in_not_needed": "register_walk_in",
    "walk_in_register": "register_walk_in",
    "walk_in_discard": "register_walk_in",
    "walk_in_receipt": "register_walk_in",
    "walk_in_receipt_pdf": "register_walk_in",
    "walk_in_thumbnail": "register_walk_in",
    "walk_in_admit": "register_walk_in",
    "walk_in_book": "register_walk_in",
    "walk_in_fix": "register_walk_in",
    "walk_in_fix_thumbnail": "register_walk_in",
    "printing_home": "print_cards",
    "printing_make": "print_cards",
    "printing_send": "print_cards",
    "printing_find": "print_cards",
    "printing_pack_list": "print_cards",
    "printing_new_slips": "print_cards",
    "printing_shipments": "print_cards",
    "printing_shipment": "print_cards",
    "printing_card": "print_cards",
    "printing_spoil": "print_cards",
    "printing_lost": "print_cards",
    "printing_look_for": "print_cards",
    "printing_search": "print_cards",
    "printing_batch": "print_cards",
    "printing_scan": "print_cards",
    "printing_more": "print_cards",
    "printing_close": "print_cards",
    "printing_cancel": "print_cards",
    "printing_sheet": "print_cards",
    "printing_slips": "print_cards",
    "cards_home": "hand_over_cards",
    "cards_place": "hand_over_cards",
    "cards_calls": "hand_over_cards",
    "cards_carry": "hand_over_cards",
    "cards_find": "hand_over_cards",
    "cards_hand_over": "hand_over_cards",
    "cards_handed": "hand_over_cards",
    "cards_look_for": "hand_over_cards",
    "cards_search": "hand_over_cards",
    "stock_home": "see_stock",
    "stock_rules": "set_card_policy",
    "stock_printing": "set_card_policy",
    "stock_ledger": "see_stock",
    "stock_receive": "receive_blanks",
    "stock_send": "move_blanks",
    "stock_spoil": "move_blanks",
    "stock_outside": "receive_blanks",
    "stock_count": "move_blanks",
    "stock_receipt": "see_stock",
    "stock_box": "see_stock",
    "stock_photo": "see_stock",
    "stock_transfer": "see_stock",
    "stock_confirm_transfer": "move_blanks",
    "stock_explain": "oversee",
    "stock_show_count": "see_stock",
    "stock_confirm_count": "confirm_count",
    "stock_cancel_count": "move_blanks",
    "zone_admin_home": "manage_zones",
    "zone_admin_sending": "see_limits",
    "zone_admin_new": "manage_zones",
    "zone_admin_coverage": "manage_zones",
    "zone_admin_undo_moves": "manage_zones",
    "zone_admin_holidays": "manage_zones",
    "zone_admin_remove_holiday": "manage_zones",
    "zone_admin_protocol": "manage_zones",
    "zone_admin_zone": "manage_zones",
    "zone_admin_closures": "manage_zones",
    "zone_admin_revoke": "manage_zones",
    "zone_admin_test": "manage_zones",
    "zone_admin_send_test": "manage_zones",
    "zone_admin_close_down": "manage_zones",
    "zone_admin_hand_over": "manage_zones",
    "zone_admin_deactivate": "manage_zones",
    "zone_admin_activate": "manage_zones",
    "stock_forecast": "see_forecast",
    "stock_add_planned": "see_forecast",
    "stock_cancel_planned": "see_forecast",
    "stock_letter": "see_forecast",
    "stock_letter_pdf": "see_forecast",
}

KINDS = {
    "IntConverter": "int",
    "UUIDConverter": "uuid",
    "StringConverter": "str",
    "SlugConverter": "slug",
    "PathConverter": "path",
}
SAMPLES = {"int": "1", "uuid": str(uuid.UUID(int=1)), "str": "PLG-0000-0000-0", "slug": "contoh", "path": "1"}


def _walk(patterns: list[Any], prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [namespace, pattern.namespace]))
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        else:
            yield prefix + _sample(pattern), namespace, pattern


def _sample(pattern: URLPattern) -> str:
    """The route with something plausible in each place."""
    route = str(pattern.pattern)
    if not hasattr(pattern.pattern, "_route"):
        return "tidak-ada/"
    for name, converter in pattern.pattern.converters.items():
        kind = KINDS[type(converter).__name__]
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, SAMPLES[kind])
    return route


def _staff_pages() -> list[tuple[str, str]]:
    """(address, action) of every pattern under the staff doors; an unlisted one has the action ""."""
    found = []
    for address, namespace, pattern in _walk(get_resolver().url_patterns):
        if address.startswith(DOORS) and not address.startswith(PUBLIC):
            action = "administer" if namespace.startswith("admin") else ACTIONS.get(str(pattern.name), "")
            found.append((f"/{address}", action))
    return found


def _answer(client: Client, address: str) -> Any:
    response = client.get(address)
    return client.post(address) if response.status_code == 405 else response


def test_every_staff_address_is_in_the_table() -> None:
    assert [address for address, action in _staff_pages() if not action] == []


def test_every_line_of_the_table_is_what_its_view_says() -> None:
    said = {
        pattern.name: getattr(pattern.callback, "staff_action", None)
        for address, namespace, pattern in _walk(get_resolver().url_patterns)
        if address.startswith(DOORS) and not address.startswith(PUBLIC) and not namespace.startswith("admin")
    }
    assert said == {name: action for name, action in ACTIONS.items() if name in said}
    assert set(ACTIONS) <= set(said)


def test_the_roles_of_each_action_are_the_agreed_ones() -> None:
    assert {action: {role.value for role in roles} for action, roles in MAY.items()} == ROLES


@pytest.mark.parametrize("role", [*(role.value for role in Role), "anonymous"])
def test_each_address_answers_its_roles_only(role: str) -> None:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        officer = OfficerFactory(role=role, is_staff=True, is_superuser=True)
        client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    wrong = []
    for address, action in _staff_pages():
        if address == "/admin/logout/" and role == "admin":
            continue  # answers by signing out
        response = _answer(client, address)
        signs_in = response.status_code == 302 and response["Location"].startswith("/masuk/")
        refused = response.status_code == 403
        expected = "sign in" if role == "anonymous" else "in" if role in ROLES.get(action, set()) else "refused"
        given = "sign in" if signs_in else "refused" if refused else "in"
        # What Django's admin itself refuses to admins is what nobody may do there: history is read-only.
        read_only = role == "admin" and refused and address.startswith("/admin/") and address != "/admin/"
        if given != expected and not read_only:
            wrong.append((address, expected, given, response.status_code))
    assert wrong == []
