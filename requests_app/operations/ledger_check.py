"""Once a day: do counters, boxes, promises, cards and papers say what the ledger says? Few statements, all rows."""

from datetime import datetime

from django.db import connection

from requests_app.models import BlankMovement, SweepState
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.operations.sweep import record_sweep
from requests_app.rules.blanks import LEDGER_SWEEP
from requests_app.rules.dates import local_date

SHOWN = 20
# Each returns the ids of what does not agree; a statement sees one moment, in which line and counter are one.
CHECKS = {
    "stock": """
        SELECT s.id FROM requests_app_blankstock s LEFT JOIN (
          SELECT stock_id, sum(on_hand) on_hand, sum(reserved) reserved, sum(drawn) drawn
          FROM requests_app_blankmovement GROUP BY stock_id) m ON m.stock_id = s.id
        WHERE (s.on_hand, s.reserved, s.drawn)
          IS DISTINCT FROM (coalesce(m.on_hand, 0), coalesce(m.reserved, 0), coalesce(m.drawn, 0))""",
    "box": """
        SELECT coalesce(h.box_id, m.box_id) FROM requests_app_blankholding h FULL JOIN (
          SELECT box_id, stock_id, sum(on_hand) quantity, sum(drawn) drawn
          FROM requests_app_blankmovement WHERE box_id IS NOT NULL GROUP BY box_id, stock_id) m
          ON m.box_id = h.box_id AND m.stock_id = h.stock_id
        WHERE (h.quantity, h.drawn) IS DISTINCT FROM (m.quantity, m.drawn)""",
    "hold": """
        SELECT coalesce(h.application_id, m.application_id) FROM requests_app_blankhold h FULL JOIN (
          SELECT application_id, stock_id FROM requests_app_blankmovement WHERE reserved <> 0
          GROUP BY application_id, stock_id HAVING sum(reserved) <> 0) m
          ON m.application_id = h.application_id AND m.stock_id = h.stock_id
        WHERE h.application_id IS NULL OR m.application_id IS NULL""",
    "held": """
        SELECT s.id FROM requests_app_blankstock s LEFT JOIN (
          SELECT stock_id, count(*) held FROM requests_app_blankhold GROUP BY stock_id) h ON h.stock_id = s.id
        WHERE s.reserved <> coalesce(h.held, 0)""",
    "receipt": """
        SELECT r.id FROM requests_app_blankreceipt r LEFT JOIN (
          SELECT b.receipt_id, sum(b.quantity) boxes, sum(m.on_hand) lines FROM requests_app_blankbox b
          LEFT JOIN requests_app_blankmovement m ON m.box_id = b.id AND m.kind = 'receipt' GROUP BY b.receipt_id) b
          ON b.receipt_id = r.id
        WHERE (r.quantity, r.quantity) IS DISTINCT FROM (b.boxes, b.lines)""",
    "card": """
        SELECT coalesce(c.id, m.card_id) FROM
          (SELECT id FROM requests_app_card WHERE outcome IN ('printed', 'spoiled')) c FULL JOIN
          (SELECT card_id FROM requests_app_blankmovement WHERE card_id IS NOT NULL AND kind IN ('print', 'spoil')) m
          ON m.card_id = c.id
        WHERE c.id IS NULL OR m.card_id IS NULL""",
    "transfer": """
        SELECT l.transfer_id FROM requests_app_transferline l LEFT JOIN (
          SELECT transfer_id, box_id, -sum(on_hand) FILTER (WHERE kind = 'sent') sent,
            sum(on_hand) FILTER (WHERE kind = 'arrived') arrived
          FROM requests_app_blankmovement WHERE transfer_id IS NOT NULL GROUP BY transfer_id, box_id) m
          ON m.transfer_id = l.transfer_id AND m.box_id = l.box_id
        WHERE (l.sent, coalesce(l.arrived, 0)) IS DISTINCT FROM (m.sent, coalesce(m.arrived, 0))""",
    "count": """
        SELECT l.count_id FROM requests_app_countline l JOIN requests_app_stockcount c ON c.id = l.count_id LEFT JOIN (
          SELECT count_id, box_id, sum(on_hand) corrected FROM requests_app_blankmovement
          WHERE count_id IS NOT NULL GROUP BY count_id, box_id) m ON m.count_id = l.count_id AND m.box_id = l.box_id
        WHERE coalesce(m.corrected, 0) <> CASE WHEN c.state = 'confirmed' THEN l.counted - l.expected ELSE 0 END""",
}


def check_ledger(*, now: datetime) -> int:
    """Check once per day (WIB), and at every call while something does not agree; how many lines were checked.

    Opens the supervisors' alert, or closes it when all agrees again.
    """
    state = SweepState.objects.filter(name=LEDGER_SWEEP).first()
    if (
        state is not None
        and state.last_run_at
        and not state.trouble
        and local_date(state.last_run_at) == local_date(now)
    ):
        return 0
    lines = BlankMovement.objects.count()
    wrong = differences()
    if wrong:
        facts = {name: ids[:SHOWN] for name, ids in wrong.items()}
        open_alert("ledger", "ledger", now=now, facts=facts)
        trouble = "Buku blangko dan stok tidak sama: " + ", ".join(f"{name} {len(ids)}" for name, ids in wrong.items())
    else:
        close_alerts("ledger", now=now)
        trouble = ""
    record_sweep(LEDGER_SWEEP, now=now, done=lines, trouble=trouble)
    return lines


def differences() -> dict[str, list[int]]:
    """What does not agree with the ledger, by the name of the check; empty when all does."""
    found = {}
    with connection.cursor() as cursor:
        for name, statement in CHECKS.items():
            cursor.execute(statement)
            ids = sorted(row[0] for row in cursor.fetchall())
            if ids:
                found[name] = ids
    return found
