"""Filling a database: N stored applications, 98 % final and 2 % open, by SQL. Synthetic people only."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.stage import Stage, use_database

SAMPLES = 400
PROBES = 120
OPEN_SHARE = 0.02
FINAL_DAYS = 1000
GIVEN = (  # noqa: SIM905
    "Siti Muhammad Ahmad Nur Dewi Sri Agus Budi Rina Fitri Dian Eko Yulia Hendra Ratna Joko Lestari Putri Rizki "
    "Wahyu Indah Bayu Citra Doni Endang Fajar Gita Hasan Intan Jamal Kartika Lukman Maya Nanda Oki Prima Qori Rahma "
    "Surya Tono"
).split()
FAMILY = [
    "Saputra",
    "Wijaya",
    "Lestari",
    "Hidayat",
    "Santoso",
    "Rahayu",
    "Kurniawan",
    "Permata",
    "Nugroho",
    "Anggraini",
    "Setiawan",
    "Puspita",
    "Firmansyah",
    "Maharani",
    "Gunawan",
    "Safitri",
    "Ramadhan",
    "Utami",
    "Pratama",
    "Handayani",
    "Susanto",
    "Wulandari",
    "Hakim",
    "Oktaviani",
    "Siregar",
    "Marlina",
    "Effendi",
    "Kusuma",
    "Zulkarnain",
    "Yuliana",
    "Basri",
    "Amelia",
    "Syahputra",
    "Novita",
    "Darmawan",
    "Melati",
    "Iskandar",
    "Febriana",
    "Usman",
    "Clarissa",
]


def nik_of(n: int) -> str:
    """A NIK nobody has; serials 99xx."""
    return f"1671{1 + n // 10000 % 90:02d}5708{n // 100 % 100:02d}99{n % 100:02d}"


def kk_of(n: int) -> str:
    """A family card number nobody has; issued on a 17th."""
    return f"{nik_of(n)[:6]}17{nik_of(n)[8:]}"


def phone_of(n: int) -> str:
    """A number of the fictitious range."""
    return f"+628000000{n % 10000:04d}"


@dataclass(frozen=True)
class Probe:
    """A stored application that the benchmark looks for."""

    number: str
    nik: str
    phone: str
    name: str


@dataclass(frozen=True)
class Store:
    """A filled database."""

    database: str
    rows: int
    seconds: float
    probes: list[Probe]


def fill(stage: Stage, database: str, rows: int, now: datetime) -> Store:
    """Load `rows` applications with all that belongs to them into a database of the stage."""
    from requests_app.models import Officer

    begin = time.monotonic()
    use_database(database)
    Officer.objects.create(username="bench-decided", role="officer")
    connection = stage.owner(database)
    with connection.cursor() as cursor:
        probes = load(cursor, rows, now)
    connection.close()
    return Store(database, rows, time.monotonic() - begin, probes)


def load(cursor: Any, rows: int, now: datetime) -> list[Probe]:
    """Applications with their promises, decisions, history and newest notices, then VACUUM ANALYZE.

    `cursor` is the owner's, autocommitting. As in a restore the rows are consistent, so neither keys nor triggers
    look at each of them, and indexes are made afterwards.
    """
    cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
    cursor.execute("SET work_mem = '64MB'; SELECT setseed(0.42)")
    _write_samples(cursor)
    again = _drop_indexes(cursor)
    values = {"n": rows, "open_from": int(rows * (1 - OPEN_SHARE)), "now": now, "days": FINAL_DAYS}
    for statement in STATEMENTS:
        cursor.execute(statement, values)
    for definition in again:
        cursor.execute(definition)
    probes = _write_probes(cursor, rows)
    cursor.execute("VACUUM ANALYZE")
    return probes


def _write_samples(cursor: Any) -> None:
    """Ciphertext is made once per distinct value by the real key ring; rows share it, their hashes differ."""
    from requests_app.models import Application, MessageText, Notice

    seal = {
        name: Application._meta.get_field(name).get_prep_value
        for name in ("nik", "kk_number", "address", "answers", "phone")
    }
    params, recipient = (Notice._meta.get_field(name).get_prep_value for name in ("params", "recipient"))
    cursor.execute(
        "CREATE TEMP TABLE sample (n int PRIMARY KEY, nik bytea, kk bytea, address bytea, answers bytea, phone bytea,"
        " params bytea, recipient bytea); CREATE TEMP TABLE word (n int PRIMARY KEY, given text, family text)"
    )
    for n in range(SAMPLES):
        answers = {"birth_date": "1995-08-17", "nik": nik_of(n), "kelurahan": "16.71.01.1001", "rt": "003", "rw": "001"}
        answers |= {"police_number": f"LP/{n}/XI", "police_station": "Polsek Contoh", "contact": "whatsapp"}
        texts = {"nama": "Contoh", "nomor": "PLG", "kode_pesan": "A1B2C3", "zona": "UPTD", "tautan": "t" * 32}
        cursor.execute(
            "INSERT INTO sample VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [n, seal["nik"](nik_of(n)), seal["kk_number"](kk_of(n)), seal["address"](f"Lrg. Contoh No. {n}"),
             seal["answers"](answers), seal["phone"](phone_of(n)), params(texts), recipient(phone_of(n))],
        )  # fmt: skip
    cursor.executemany(
        "INSERT INTO word VALUES (%s, %s, %s)", [(n, g, f) for n, (g, f) in enumerate(zip(GIVEN, FAMILY, strict=True))]
    )
    cursor.execute(
        "CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY kelurahan_id) - 1 AS n, kelurahan_id, zone_id"
        " FROM requests_app_zonecoverage WHERE upper_inf(valid)"
    )
    assert MessageText.objects.filter(purpose="received").exists()


def _drop_indexes(cursor: Any) -> list[str]:
    """Unique constraints and indexes of the tables that are filled; what makes them again, to be run at the end."""
    tables = ["requests_app_" + name for name in ("application", "promise", "decision", "event", "notice")]
    cursor.execute(UNIQUE_CONSTRAINTS, [tables])
    constraints = cursor.fetchall()
    for table, name, _ in constraints:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(INDEXES, [tables])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    again = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in constraints]
    return again + [definition for _, definition in indexes]


def _write_probes(cursor: Any, rows: int) -> list[Probe]:
    """Every so many rows one that can be found: a valid number, a NIK of its own, the phone that it was sealed with."""
    from requests_app.models import Application
    from requests_app.rules.numbers import new_application_number
    from requests_app.vault.keyring import keyed_hash

    seal = Application._meta.get_field("phone").get_prep_value
    step, probes = max(1, rows // PROBES), []
    for n in range(PROBES):
        name = f"{GIVEN[n % 40]} Wiraq{chr(97 + n // 26)}{chr(97 + n % 26)}"
        probe = Probe(new_application_number(), nik_of(500_000 + n), phone_of(5000 + n), name)
        sealed, hashes = seal(probe.phone), (keyed_hash("nik", probe.nik), keyed_hash("phone", probe.phone))
        cursor.execute(PROBE, [probe.number, name, sealed, *hashes, rows - n * step])
        probes.append(probe)
    return probes


PROBE = """
    UPDATE requests_app_application
    SET number = %s, name = %s, phone = %s, nik_hash = %s, phone_hash = %s, contact = 'whatsapp' WHERE id = %s
"""
UNIQUE_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY(%s::regclass[]) AND contype = 'u'
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
"""
STATEMENTS = (
    """
    INSERT INTO requests_app_application (
      id, number, service, reason, status, round, name, nik, nik_hash, kk_number, kk_hash, address, answers, key_hash,
      kelurahan_id, zone_id, contact, phone, phone_hash, phone_owner, email, channel, draft_id, privacy_version,
      statement_version, submitted_at, first_due_at, due_at, waiting_until, decided_at, version,
      invite_trouble, missed_visits)
    SELECT g, 'PLG-' || upper(substr(md5('n' || g), 1, 4) || '-' || substr(md5('n' || g), 5, 4)) || '-' || g %% 10
        || upper(substr(md5('n' || g), 9, 3)), 'ktp_el',
      (ARRAY['hilang','rusak','baru','perubahan_data','pindah_datang','luar_domisili'])[1 + floor(6
        * power(random(), 2))::int],
      status, 1, a.given || ' ' || b.given || ' ' || c.family, s.nik, decode(md5('nik' || g), 'hex'), s.kk,
      decode(md5('kk' || g / 3), 'hex'), s.address, s.answers, decode(md5('key' || g), 'hex'), p.kelurahan_id,
        p.zone_id,
      'whatsapp', s.phone, decode(md5('phone' || g / 2), 'hex'), '', '', 'online', gen_random_uuid(), '2026-11',
        '2026-11',
      at, at + interval '5 days', at + interval '5 days',
      CASE WHEN status = 'needs_correction' THEN %(now)s::timestamptz + interval '10 days'
           WHEN status = 'recording_needed' THEN %(now)s::timestamptz + interval '60 days' END,
      CASE WHEN status NOT IN ('submitted', 'held_duplicate') THEN at + interval '2 days' END, 1, '', 0
    FROM (SELECT g, random() AS dice, floor(40 * power(random(), 2))::int AS w1, floor(40 * random())::int AS w2,
            floor(40 * power(random(), 2))::int AS w3,
            CASE WHEN g > %(open_from)s
              THEN %(now)s::timestamptz - interval '2 days' * (%(n)s - g + 1) / greatest(1, %(n)s - %(open_from)s)
              ELSE %(now)s::timestamptz - interval '7 days' - interval '1 day' * %(days)s
                * (%(open_from)s - g) / %(n)s END AS at
          FROM generate_series(1, %(n)s) AS g) AS base
    CROSS JOIN LATERAL (SELECT CASE WHEN g > %(open_from)s THEN
        CASE WHEN dice < .60 THEN 'submitted' WHEN dice < .80 THEN 'needs_correction'
          WHEN dice < .87 THEN 'recording_needed'
             WHEN dice < .98 THEN 'approved' ELSE 'held_duplicate' END
      ELSE CASE WHEN dice < .82 THEN 'handed_over' WHEN dice < .91 THEN 'rejected' WHEN dice < .96 THEN 'withdrawn'
             ELSE 'expired' END END AS status) AS state
    JOIN sample AS s ON s.n = g %% 400
    JOIN word AS a ON a.n = w1 JOIN word AS b ON b.n = w2 JOIN word AS c ON c.n = w3
    JOIN place AS p ON p.n = g %% 107
    ORDER BY g
    """,
    """
    INSERT INTO requests_app_promise (id, application_id, round, policy, started_at, due_at, answered_at, told_at,
      evidence,
      outcome, next_rung_at)
    SELECT id, id, 1, 'calendar', submitted_at, due_at, decided_at, decided_at, CASE
      WHEN decided_at IS NULL THEN '' ELSE
      'delivered' END, CASE WHEN decided_at IS NULL THEN 'open' ELSE 'kept' END,
      CASE WHEN decided_at IS NULL THEN submitted_at + interval '3 days' END
    FROM requests_app_application
    """,
    """
    INSERT INTO requests_app_decision (id, application_id, round, kind, officer_id, decided_at, release_at,
      reason_code, items,
      note, details, annul_reason, objection)
    SELECT id, id, 1, CASE WHEN status = 'handed_over' THEN 'approved' ELSE status END, 1, decided_at,
      decided_at + interval '8 seconds', '', '[]', '', '', '', ''
    FROM requests_app_application
    WHERE status IN ('handed_over', 'approved', 'rejected', 'needs_correction', 'recording_needed')
    """,
    """
    INSERT INTO requests_app_event (id, application_id, at, step, from_status, to_status, round, actor_kind, data)
    SELECT id, id, submitted_at, 'submit', 'draft', 'submitted', 1, 'citizen', '{}' FROM requests_app_application
    """,
    """
    INSERT INTO requests_app_notice (id, application_id, zone_id, promise_id, purpose, text_id, params, check_code,
      channel,
      recipient, dedup_key, priority, state, created_at, leaves_at, next_attempt_at, attempt, provider_id, accepted_at,
      sent_at, delivered_at, error_code, evidence, maybe_twice)
    SELECT gen_random_uuid(), a.id, a.zone_id, NULL, 'received', t.id, s.params, lpad(upper(to_hex(a.id)), 6, '0'),
      'whatsapp',
      s.recipient, a.id || ':received:1', 5, 'delivered', a.submitted_at, a.submitted_at, NULL, 1, 'wamid.' || a.id,
      a.submitted_at, a.submitted_at, a.submitted_at, '', 'delivered', false
    FROM requests_app_application AS a JOIN sample AS s ON s.n = a.id %% 400
    CROSS JOIN (SELECT id FROM requests_app_messagetext WHERE purpose = 'received' AND is_current) AS t
    WHERE a.id > %(n)s * 3 / 4
    """,
    """
    SELECT setval('requests_app_application_id_seq', %(n)s + 1000), setval('requests_app_promise_id_seq', %(n)s + 1000),
      setval('requests_app_decision_id_seq', %(n)s + 1000), setval('requests_app_event_id_seq', %(n)s + 1000)
    """,
)
