"""Notices: how many a second, how long from the moment one may leave to its receipt, and the door under load."""

import hashlib
import hmac
import json
import statistics
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import httpx

from bench.load import HOST, Connection, percentile
from bench.notices_house import House, answer_everybody, open_house, owe, set_limits, until
from bench.result import Result
from bench.stage import Stage, say
from bench.stored import phone_of

SENDERS = 16
ANSWER_MS = 50
POSTS_A_SECOND = 100
BATCH = 1_000
BODY_BYTES = 3 * 1024 * 1024
DOOR = "/webhook/whatsapp/"


def measure_throughput(stage: Stage, *, rounds: int, number: int) -> list[Result]:
    """Rounds of the bare loop and of ours in turn; the result is the median ratio."""
    from requests_app.clock import database_now

    house = open_house(stage, "bench_throughput")
    set_limits(portfolio_limit=0, rate=1000)
    house.control("settings", {"rate_per_second": 100_000, "pair_burst": 100_000, "sent_after": 86_400,
                               "delivered_after": 86_400, "answer_after_ms": ANSWER_MS})  # fmt: skip
    now = database_now()
    answer_everybody(house, number, now)
    floors, ours = [], []
    for turn in range(rounds):
        owe(database_now(), database_now() - timedelta(seconds=1))
        floors.append(_bare(_requests(house), number))
        ours.append(_deliver(number))
        say(f"  deliver {turn + 1}/{rounds}: floor {floors[-1]:.0f}/s, ours {ours[-1]:.0f}/s")
    ratio = statistics.median(mine / floor for floor, mine in zip(floors, ours, strict=True))
    figures = {"floor_per_s": statistics.median(floors), "ours_per_s": statistics.median(ours)}
    title = f"Notices a second, {SENDERS} senders, a provider that takes {ANSWER_MS} ms, beside a bare loop"
    return [Result("notices", title, ratio=ratio, target=0.5, at_least=True, figures=figures)]


def _deliver(number: int) -> float:
    from requests_app.clock import database_now
    from requests_app.operations.delivery import deliver_notices

    begin = time.perf_counter()
    assert deliver_notices(clock=database_now, channels=("whatsapp",), senders=SENDERS) == number
    return number / (time.perf_counter() - begin)


def _requests(house: House) -> list[tuple[str, bytes]]:
    """What our sender would post for the notices that are owed, made beforehand."""
    from requests_app.channels.whatsapp.client import _template
    from requests_app.models import Notice
    from requests_app.operations.senders import build_message

    made = []
    for notice in Notice.objects.filter(state="queued").select_related("zone", "text"):
        message = build_message(notice)
        body = {
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": message.to[1:],
            "biz_opaque_callback_data": message.opaque, "type": "template", "template": _template(message),
        }  # fmt: skip
        made.append((f"{house.provider}/v23.0/{message.sender}/messages", json.dumps(body).encode()))
    return made


def _bare(requests: list[tuple[str, bytes]], number: int) -> float:
    """Posts a second of as many senders, each with a kept-alive connection of its own and nothing else to do."""
    from django.conf import settings

    headers = {
        "Authorization": f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}", "Content-Type": "application/json",
    }  # fmt: skip
    start = threading.Barrier(SENDERS + 1)
    answers: list[int] = []

    def work(mine: list[tuple[str, bytes]]) -> None:
        with httpx.Client(trust_env=False, headers=headers) as client:
            start.wait(60)
            answers.extend([client.post(url, content=body).status_code for url, body in mine])

    threads = [threading.Thread(target=work, args=[requests[n::SENDERS]]) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    start.wait(60)
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    assert answers == [200] * number, "the provider refused some"
    return number / seconds


def measure_latency(stage: Stage, *, rounds: int, number: int) -> list[Result]:
    """All may leave at one moment, over nine numbers: how long until each one's receipt has been worked on."""
    from requests_app.clock import database_now

    house = open_house(stage, "bench_latency")
    set_limits(portfolio_limit=0, rate=80)
    answer_everybody(house, number, database_now())
    house.workers()
    until(lambda: house.rows("SELECT 1 FROM requests_app_sweepstate WHERE name = 'deliver_due'"), seconds=60)
    shares = []
    for turn in range(rounds):
        leaves_at = database_now() + timedelta(seconds=number / 250 + 3)
        owe(database_now(), leaves_at)
        assert database_now() < leaves_at, "writing took too long"
        until(lambda: _arrived(house) == number, every_s=0.5)
        waits = _waits(leaves_at)
        shares.append((percentile(waits, 0.5), percentile(waits, 0.95)))
        say(f"  arrive {turn + 1}/{rounds}: p50 {shares[-1][0]:.1f} s, p95 {shares[-1][1]:.1f} s")
        for table in ("noticeattempt", "webhookevent", "notice"):
            house.rows(f"DELETE FROM requests_app_{table}")
    p50, p95 = (statistics.median(share) for share in zip(*shares, strict=True))
    title = f"Seconds from the moment that {number:,} may leave to the delivered receipt, p95"
    return [Result("notice_latency", title, ratio=p95, target=10, figures={"p50_s": p50, "p95_s": p95})]


def _arrived(house: House) -> int:
    ((number,),) = house.rows("SELECT count(*) FROM requests_app_notice WHERE delivered_at IS NOT NULL")
    return int(number)


def _waits(leaves_at: datetime) -> list[float]:
    """Seconds until the office had worked on the first receipt that says "delivered", notice by notice."""
    from requests_app.models import WebhookEvent

    waits: dict[str, float] = {}
    for event in WebhookEvent.objects.order_by("processed_at"):
        if event.body.get("status") == "delivered" and event.processed_at is not None:
            waits.setdefault(event.body["id"], (event.processed_at - leaves_at).total_seconds())
    return list(waits.values())


def measure_door(stage: Stage, *, seconds: int) -> list[Result]:
    """A hundred receipts a second, each a post of its own, while the workers work on them; big ones in between."""
    from requests_app.clock import database_now
    from requests_app.models import Notice

    house = open_house(stage, "bench_door")
    number = POSTS_A_SECOND * seconds // 2
    answer_everybody(house, min(number, 10_000), database_now())
    owe(database_now(), database_now())
    taken = "UPDATE requests_app_notice SET state = 'accepted', attempt = 1, next_attempt_at = NULL"
    house.rows(taken)
    house.workers()
    ids = [str(pk) for pk in Notice.objects.values_list("pk", flat=True)]
    floor = _paced(house.door, [_get("/healthz")] * (POSTS_A_SECOND * min(seconds, 10)))
    posts = [_post([_status(n, ids, status)]) for status in ("sent", "delivered") for n in range(number)]
    batches = [_status(n, ids, "read") for n in range(2 * BATCH)]
    big = {
        len(posts) // 4: _post(batches[:BATCH]),
        len(posts) // 2: _post(batches[:1], padding=BODY_BYTES),
        len(posts) * 3 // 4: _post(batches[BATCH:]),
    }
    ours = _paced(house.door, posts, big=big)
    p50, p99 = (1000 * percentile(ours, share) for share in (0.5, 0.99))
    say(f"  door: p50 {p50:.0f} ms, p99 {p99:.0f} ms, slowest {1000 * max(ours):.0f} ms")
    until(lambda: not house.rows("SELECT 1 FROM requests_app_webhookevent WHERE processed_at IS NULL LIMIT 1"))
    figures = {"p50_ms": p50, "p99_ms": p99, "floor_p50_ms": 1000 * percentile(floor, 0.5)}
    figures |= {"floor_p99_ms": 1000 * percentile(floor, 0.99)}
    title = f"Webhook at {POSTS_A_SECOND} posts a second for {seconds} s, p99 in ms (floor: /healthz)"
    return [Result("webhook", title, ratio=p99, target=250, figures=figures)]


def _paced(port: int, requests: list[bytes], *, big: dict[int, bytes] | None = None) -> list[float]:
    """So many a second, whether or not the answers keep up. Seconds from the moment that each was due to its answer;
    those of the big ones, which come between, do not count, but all are answered with 200."""
    begin = time.perf_counter() + 0.5
    waits: list[float] = []

    def work(first: int) -> None:
        connection = Connection(port)
        for n in range(first, len(requests), SENDERS):
            due = begin + n / POSTS_A_SECOND
            time.sleep(max(due - time.perf_counter(), 0))
            assert connection.send(requests[n]).status == 200
            waits.append(time.perf_counter() - due)
        connection.close()

    def work_big() -> None:
        for n, request in sorted((big or {}).items()):
            time.sleep(max(begin + n / POSTS_A_SECOND - time.perf_counter(), 0))
            connection = Connection(port)
            answer = connection.send(request)
            say(f"  {len(request):,} bytes: {answer.status} after {1000 * answer.seconds:.0f} ms")
            assert answer.status == 200
            connection.close()

    threads = [threading.Thread(target=work, args=[n]) for n in range(SENDERS)] + [threading.Thread(target=work_big)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == len(requests), "some were not answered with 200"
    return waits


def _status(n: int, ids: list[str], status: str) -> dict[str, Any]:
    notice = ids[n % len(ids)]
    return {
        "id": f"wamid.{notice}", "status": status, "timestamp": str(int(time.time())),
        "recipient_id": phone_of(n)[1:], "biz_opaque_callback_data": f"{notice}:1",
    }  # fmt: skip


def _post(statuses: list[dict[str, Any]], *, padding: int = 0) -> bytes:
    """One signed POST. `padding`: bytes of a field that nobody knows."""
    from django.conf import settings

    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, "statuses": statuses}
    payload = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}
    body = json.dumps(payload | {"padding": "x" * padding}).encode()
    signature = hmac.new(settings.WHATSAPP_APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = f"POST {DOOR} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\nX-Hub-Signature-256: sha256={signature}\r\n\r\n".encode() + body


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
