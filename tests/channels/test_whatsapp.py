"""The WhatsApp channel against the real simulator process, over real HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.channels.base import Message, sanitise_parameter
from requests_app.channels.whatsapp import WhatsAppChannel, kind_of_code, outcome_for_code
from requests_app.rules.reply_buttons import OFFICER, REPORT, STATUS
from tests.channels.simulator_process import TOKEN, SimulatorProcess, Webhook

MESSAGE = Message(
    to="+6280000000001",
    template="adm_diterima",
    language="id",
    parameters=("Siti", "PLG-7K3M-9QTX-4"),
    text="Halo Siti, permohonan PLG-7K3M-9QTX-4 sudah diterima.",
    button_url_suffix=None,
    opaque="5f0c:1",
    sender="1671000001",
    subject="Permohonan diterima",
)
QUICK = httpx.Timeout(connect=1, read=0.4, write=1, pool=1)


@pytest.fixture
def channel(simulator: SimulatorProcess) -> Iterator[WhatsAppChannel]:
    made = WhatsAppChannel(api_url=f"{simulator.url}/v23.0", access_token=TOKEN, timeout=QUICK)
    yield made
    made.close()


def test_an_accepted_message_has_the_providers_id(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    outcome = channel.send(MESSAGE)
    (call,) = simulator.accepted()
    assert (outcome.kind, outcome.code, outcome.provider_id) == ("accepted", "accepted", call["wamid"])


def test_what_leaves_is_what_was_given(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    channel.send(replace(MESSAGE, button_url_suffix="t/abc"))
    (call,) = simulator.accepted()
    assert call["recipient"] == "6280000000001"
    assert call["phone_number_id"] == "1671000001"
    assert (call["template"], call["language"]) == ("adm_diterima", "id")
    assert call["parameters"] == ["Siti", "PLG-7K3M-9QTX-4"]
    assert (call["opaque"], call["button_url"]) == ("5f0c:1", "t/abc")


def test_parameters_that_meta_refuses_are_made_harmless(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    outcome = channel.send(replace(MESSAGE, parameters=("Jalan\nSudirman\t12      B", "")))
    assert outcome.kind == "accepted"
    assert simulator.accepted()[0]["parameters"] == ["Jalan Sudirman 12 B", "-"]


def test_free_text_leaves_inside_the_window_only(
    channel: WhatsAppChannel, simulator: SimulatorProcess, webhook: Webhook
) -> None:
    assert channel.send(replace(MESSAGE, is_reply=True)).kind == "accepted"
    (post,) = webhook.wait_for_statuses("failed")
    assert post.value["statuses"][0]["errors"][0]["code"] == 131047
    simulator.control("inbound", {"from": "6280000000001", "phone_number_id": "1671000001", "text": "halo"})
    channel.send(replace(MESSAGE, is_reply=True))
    webhook.wait_for_statuses("delivered")


@pytest.mark.parametrize(
    ("length", "buttons", "kind"),
    [(1024, 3, "interactive"), (1024, 1, "interactive"), (1025, 3, "text"), (1024, 0, "text")],
)
def test_a_reply_carries_its_buttons_unless_it_is_too_long_for_them(
    channel: WhatsAppChannel, simulator: SimulatorProcess, length: int, buttons: int, kind: str
) -> None:
    three = (STATUS, REPORT, OFFICER)[:buttons]
    outcome = channel.send(replace(MESSAGE, is_reply=True, text="x" * length, reply_buttons=three))
    assert outcome.kind == "accepted"
    ledger = simulator.ledger()
    assert [(call["kind"], call["text"]) for call in ledger["calls"]] == [(kind, "x" * length)]
    shown = [(button["id"], button["title"]) for button in ledger["buttons"]]
    assert shown == ([(each.id, each.title) for each in three] if kind == "interactive" else [])


def test_a_template_has_no_reply_buttons(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    channel.send(replace(MESSAGE, reply_buttons=(STATUS,)))
    assert [call["kind"] for call in simulator.accepted()] == ["template"]
    assert simulator.ledger()["buttons"] == []


@pytest.mark.parametrize(
    ("rule", "kind", "code"),
    [
        ({"action": "http_429"}, "retry", "130429"),
        ({"action": "http_429", "code": 131056, "http": 400}, "retry", "131056"),
        ({"action": "http_429", "code": 80007}, "retry", "80007"),
        ({"action": "http_500"}, "retry", "131000"),
        ({"action": "http_503"}, "retry", "http_503"),
        ({"action": "outage", "html": False}, "retry", "131016"),
        ({"action": "http_error", "http": 502, "html": True}, "unknown", "http_502"),
        ({"action": "http_error", "http": 504, "html": True}, "unknown", "http_504"),
        ({"action": "http_error", "http": 404, "html": True}, "account", "http_404"),
        ({"action": "http_error", "http": 302, "html": True}, "account", "http_302"),
        ({"action": "http_error", "http": 200, "code": 190}, "account", "190"),
        ({"action": "http_error", "http": 500, "code": 987654}, "retry", "987654"),
        ({"action": "http_401_190"}, "account", "190"),
        ({"action": "http_403_131031"}, "account", "131031"),
        ({"action": "template_132001"}, "template", "132001"),
        ({"action": "template_132015"}, "template", "132015"),
        ({"action": "undeliverable_131026"}, "permanent", "131026"),
    ],
)
def test_a_refusal_is_judged_by_its_code(
    channel: WhatsAppChannel, simulator: SimulatorProcess, rule: dict[str, object], kind: str, code: str
) -> None:
    simulator.faults(rule)
    outcome = channel.send(MESSAGE)
    assert (outcome.kind, outcome.code, outcome.provider_id) == (kind, code, None)
    assert simulator.accepted() == []


@pytest.mark.parametrize("action", ["200_garbage", "200_no_messages", "reset_after_accept", "timeout_after_accept"])
def test_an_answer_that_does_not_arrive_leaves_the_fate_unknown(
    channel: WhatsAppChannel, simulator: SimulatorProcess, webhook: Webhook, action: str
) -> None:
    simulator.faults({"action": action})
    assert channel.send(MESSAGE).kind == "unknown"
    (call,) = simulator.accepted()
    posts = webhook.wait_for_statuses("delivered")
    assert {post.value["statuses"][0]["biz_opaque_callback_data"] for post in posts} == {call["opaque"]}


@pytest.mark.parametrize("action", ["reset_before_accept", "timeout_before_accept"])
def test_silence_before_it_was_taken_looks_the_same(
    channel: WhatsAppChannel, simulator: SimulatorProcess, action: str
) -> None:
    simulator.faults({"action": action})
    assert channel.send(MESSAGE).kind == "unknown"
    assert simulator.accepted() == []


def test_a_trickling_answer_is_cut_short(simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "slow_body", "ms": 50})
    channel = WhatsAppChannel(api_url=f"{simulator.url}/v23.0", access_token=TOKEN, whole_call_seconds=0.5)
    begin = time.monotonic()
    assert channel.send(MESSAGE).kind == "unknown"
    assert time.monotonic() - begin < 3


def test_held_for_quality_is_accepted_and_named(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "held_for_quality_assessment"})
    outcome = channel.send(MESSAGE)
    assert (outcome.kind, outcome.code) == ("accepted", "held_for_quality_assessment")


def test_one_attempt_is_one_request(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "http_500"})
    channel.send(MESSAGE)
    assert len(simulator.ledger()["calls"]) == 1


def test_nobody_listening_means_try_again() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    outcome = WhatsAppChannel(api_url=f"http://127.0.0.1:{port}/v23.0", access_token=TOKEN).send(MESSAGE)
    assert (outcome.kind, outcome.code) == ("retry", "ConnectError")


def test_proxies_of_the_environment_are_ignored(simulator: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert WhatsAppChannel(api_url=f"{simulator.url}/v23.0", access_token=TOKEN).send(MESSAGE).kind == "accepted"


class Gateway(ThreadingHTTPServer):
    """Stands where the API should be: keeps its connections open, and sends everybody elsewhere."""

    def __init__(self) -> None:
        self.connections = 0
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _SendElsewhere)


class _SendElsewhere(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.path)
        self.send_response(307)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield made
        made.shutdown()


def test_a_message_goes_where_it_was_addressed_and_to_no_other_place(gateway: Gateway) -> None:
    channel = WhatsAppChannel(api_url=f"http://127.0.0.1:{gateway.server_port}/v23.0", access_token=TOKEN)
    outcome = channel.send(MESSAGE)
    channel.close()
    assert (outcome.kind, outcome.code) == ("account", "http_307")
    assert gateway.asked == ["/v23.0/1671000001/messages"]


def test_messages_of_one_burst_share_a_connection(gateway: Gateway) -> None:
    channel = WhatsAppChannel(api_url=f"http://127.0.0.1:{gateway.server_port}/v23.0", access_token=TOKEN)
    for _ in range(2):
        channel.send(MESSAGE)
    channel.close()
    assert gateway.connections == 1


def test_the_wait_that_the_provider_asks_for_is_passed_on() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer() -> None:
            client, _ = server.accept()
            with client:
                client.recv(65536)
                client.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: 90\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        outcome = WhatsAppChannel(api_url=url, access_token=TOKEN, timeout=QUICK).send(MESSAGE)
    assert (outcome.kind, outcome.retry_after) == ("retry", timedelta(seconds=90))


@pytest.mark.parametrize(
    ("api_url", "token", "sender"),
    [("", TOKEN, "1"), ("http://127.0.0.1:9", "", "1"), ("http://127.0.0.1:9", TOKEN, ""),
     ("http://127.0.0.1:9", TOKEN, "1/../2"), ("http://127.0.0.1:9", "tökèn", "1")],
)  # fmt: skip
def test_without_configuration_nothing_is_sent(api_url: str, token: str, sender: str) -> None:
    outcome = WhatsAppChannel(api_url=api_url, access_token=token).send(replace(MESSAGE, sender=sender))
    assert (outcome.kind, outcome.code) == ("account", "not_configured")


@pytest.mark.parametrize("to", ["081200000000", "+0812", "a@b.id", "", "+62 812"])
def test_only_e164_numbers_are_tried(to: str) -> None:
    channel = WhatsAppChannel(api_url="http://127.0.0.1:9", access_token=TOKEN)
    assert channel.send(replace(MESSAGE, to=to)).code == "invalid_recipient"


def test_nothing_personal_is_in_an_outcome(channel: WhatsAppChannel, simulator: SimulatorProcess) -> None:
    for action in ("http_500", "http_503", "undeliverable_131026", "reset_after_accept", "200_garbage"):
        simulator.faults({"action": action})
        said = repr(channel.send(MESSAGE))
        assert "6280000000001" not in said
        assert "Siti" not in said


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("retry", [1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004, 424242]),
        ("permanent", [131026, 131021, 131030, 131047, 131050, 131051, 131062, 130472, 131049, 137000]),
        (
            "template",
            [132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 131008, 131009, 100, 33],
        ),
        ("account", [0, 190, 3, 10, 200, 299, 368, 131005, 131031, 131037, 131042, 131044, 131045, 131048]),
        ("account", [131064, 130497, 133010]),
    ],
)
def test_every_code_has_its_class(kind: str, codes: list[int]) -> None:
    assert {kind_of_code(code) for code in codes} == {kind}
    assert {outcome_for_code(code).kind for code in codes} == {kind}
    assert {kind_of_code(str(code)) for code in codes} == {kind}


def test_the_pair_limit_asks_for_six_seconds() -> None:
    assert outcome_for_code(131056).retry_after == timedelta(seconds=6)


@given(st.text())
def test_a_parameter_is_one_line_without_runs_of_spaces(text: str) -> None:
    made = sanitise_parameter(text)
    assert made
    assert not any(bad in made for bad in ("\n", "\r", "\t", "\x00", "  "))
    assert sanitise_parameter(made) == made
