"""The phones as chat pages."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from requests_app.channels.whatsapp import Inbound, parse_webhook
from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import (
    SimulatorProcess,
    Webhook,
    running_simulator,
)
from tests.embedded.simulator_calls import PHONE, SENDER, TEMPLATES, outcome, receipts, send, template, wamid


def test_the_phone_shows_the_rendered_message(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("templates", TEMPLATES)
    simulator.control("senders", {SENDER: {"display_phone_number": "+62 711 555", "name": "UPTD Ilir"}})
    send(simulator, template("adm_diterima", "<Siti>", "PLG-1", button="abc"))
    webhook.wait_for_statuses("delivered")
    shown = simulator.page(f"/telepon/{PHONE}/pesan/")
    assert "Halo &lt;Siti&gt;.<br>Nomor Anda PLG-1." in shown
    assert 'href="http://127.0.0.1:8000/t/abc/"' in shown
    assert "dari UPTD Ilir · +62 711 555" in shown
    assert re.search(r"\d\d\.\d\d WIB", shown)
    assert f"/telepon/{PHONE}/" in simulator.page("/")


def test_every_message_says_from_which_number_it_came(simulator: SimulatorProcess, webhook: Webhook) -> None:
    other = f"{SENDER}0"
    numbers = {SENDER: "UPTD Zona 3", other: "UPTD Zona 7"}
    simulator.control("senders", {pk: {"display_phone_number": "+62711", "name": name} for pk, name in numbers.items()})
    for sender in (SENDER, other, other):
        send(simulator, sender=sender)
    shown = simulator.page(f"/telepon/{PHONE}/pesan/")
    assert shown.count("dari UPTD Zona 3 ·") == 1
    assert shown.count("dari UPTD Zona 7 ·") == 2


def test_a_message_sent_by_hand_comes_from_the_zones_own_phone_and_nobody_is_told(
    simulator: SimulatorProcess, webhook: Webhook
) -> None:
    simulator.control("senders", {"hp-62711500": {"display_phone_number": "+62711500", "name": "UPTD Zona 5"}})
    text = "Undangan <Siti>\n\nhttp://127.0.0.1:8000/undangan/ABCD/"
    ready = simulator.http.get(f"{simulator.url}/wa.me/{PHONE}", params={"dari": "62711500", "text": text})
    assert "UPTD Zona 5 · +62711500" in ready.text
    assert "Undangan &lt;Siti&gt;" in ready.text
    assert "<script" not in ready.text
    form = {"dari": "62711500", "text": text.replace("\n", "\r\n")}
    assert "Terkirim" in simulator.http.post(f"{simulator.url}/wa.me/{PHONE}/kirim/", data=form).text
    shown = simulator.page(f"/telepon/{PHONE}/pesan/")
    assert "dari UPTD Zona 5 · +62711500" in shown
    assert '<a href="http://127.0.0.1:8000/undangan/ABCD/"' in shown
    assert "/tulis/" not in simulator.page(f"/telepon/{PHONE}/"), "nobody reads what is written back"
    assert simulator.ledger()["webhooks"] == []


def test_opening_the_chat_reads_what_has_arrived(simulator: SimulatorProcess, webhook: Webhook) -> None:
    sent = wamid(send(simulator))
    webhook.wait_for_statuses("delivered")
    for _ in range(3):
        simulator.page(f"/telepon/{PHONE}/pesan/")
    found = receipts(outcome(webhook, 3))
    assert [(r.provider_id, r.status) for r in found if r.status == "read"] == [(sent, "read")]
    assert "dibaca" in simulator.page(f"/telepon/{PHONE}/pesan/")


def test_a_message_is_read_by_itself_after_a_while(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("settings", {"read_after": 60})
    send(simulator)
    webhook.wait_for_statuses("delivered")
    simulator.control("advance", {"seconds": 61})
    webhook.wait_for_statuses("read")


def test_what_failed_is_shown_as_not_arrived_and_never_read(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "failed_async"})
    send(simulator)
    webhook.wait_for_statuses("failed")
    assert "tidak sampai" in simulator.page(f"/telepon/{PHONE}/pesan/")
    assert [r.status for r in receipts(outcome(webhook, 1))] == ["failed"]


def test_a_person_can_write_back(simulator: SimulatorProcess, webhook: Webhook) -> None:
    send(simulator)
    form = {"kepada": SENDER, "pesan": "Terima kasih <b>"}
    answer = simulator.http.post(f"{simulator.url}/telepon/{PHONE}/tulis/", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/telepon/{PHONE}/")
    posts = webhook.wait_for(lambda posts: any(b'"messages"' in post.body for post in posts))
    (written,) = [i for p in posts for i in parse_webhook(json.loads(p.body)) if isinstance(i, Inbound)]
    assert (written.from_, written.text, written.phone_number_id) == (f"+{PHONE}", "Terima kasih <b>", SENDER)
    assert "Terima kasih &lt;b&gt;" in simulator.page(f"/telepon/{PHONE}/pesan/")


def test_pages_need_no_script_and_allow_none(simulator: SimulatorProcess) -> None:
    send(simulator, template("adm_diterima", "http://127.0.0.1:8000/t/x/"))
    for path in ("/", f"/telepon/{PHONE}/", f"/telepon/{PHONE}/pesan/", "/gaya.css"):
        answer = simulator.http.get(simulator.url + path)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert path == "/gaya.css" or "default-src 'none'" in answer.headers["content-security-policy"]
    assert '<a href="http://127.0.0.1:8000/t/x/" target="_blank"' in simulator.page(f"/telepon/{PHONE}/pesan/")


def test_a_page_renews_itself_until_somebody_stops_it(simulator: SimulatorProcess) -> None:
    for path in ("/", f"/telepon/{PHONE}/pesan/"):
        assert int(simulator.http.get(simulator.url + path).headers["refresh"]) <= 5
        assert "refresh" not in simulator.http.get(f"{simulator.url}{path}?diam=1").headers
    assert f"/telepon/{PHONE}/pesan/?diam=1" in simulator.page(f"/telepon/{PHONE}/?diam=1")
    assert "?diam=1" in simulator.page("/")


NUMBER = "62711500555"
ZONES = {SENDER: {"display_phone_number": "+62 711 500-555", "name": "UPTD Zona 3"}}


def written(webhook: Webhook) -> list[Inbound]:
    posts = webhook.wait_for(lambda posts: any(b'"messages"' in post.body for post in posts))
    return [item for post in posts for item in parse_webhook(json.loads(post.body)) if isinstance(item, Inbound)]


def test_a_link_opens_a_chat_whose_text_reaches_the_zone(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("senders", ZONES)
    text = "KODE <AB12>\nJangan diubah & kirim"
    ready = simulator.http.get(f"{simulator.url}/wa.me/{NUMBER}", params={"text": text})
    assert "UPTD Zona 3" in ready.text
    assert "KODE &lt;AB12&gt;\nJangan diubah &amp; kirim</textarea>" in ready.text
    form = {"nomor": "0800-0000 0002", "pesan": text.replace("\n", "\r\n")}
    answer = simulator.http.post(f"{simulator.url}/wa.me/{NUMBER}/tulis/", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/telepon/{PHONE}/")
    (said,) = written(webhook)
    assert (said.from_, said.text, said.phone_number_id) == (f"+{PHONE}", text, SENDER)
    assert "KODE &lt;AB12&gt;" in simulator.page(f"/telepon/{PHONE}/pesan/")
    assert "UPTD Zona 3" in simulator.page(f"/telepon/{PHONE}/"), "who has only written can write again"
    assert f'<option value="{PHONE}">' in simulator.page(f"/wa.me/{NUMBER}/?text=x"), "the phone is offered from now on"


def test_who_hides_the_number_is_known_by_an_id_only(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("senders", ZONES)
    form = {"telepon": PHONE, "pesan": "STATUS", "sembunyi": "1"}
    simulator.http.post(f"{simulator.url}/wa.me/{NUMBER}/tulis/", data=form)
    (said,) = written(webhook)
    assert (said.from_, said.text) == (None, "STATUS")
    (post,) = webhook.posts
    assert PHONE.encode() not in post.body
    (contact,) = post.value["contacts"]
    assert (contact["wa_id"], contact["user_id"][:3]) == ("", "ID.")
    assert "STATUS" in simulator.page(f"/telepon/{PHONE}/pesan/")


def test_a_chat_without_a_phone_asks_for_one_and_keeps_the_text(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("senders", ZONES)
    for nomor in ("", "12", "0800-0000-00000000000"):
        form = {"nomor": nomor, "pesan": "KODE AB12", "sembunyi": "1"}
        answer = simulator.http.post(f"{simulator.url}/wa.me/{NUMBER}/tulis/", data=form)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "KODE AB12</textarea>" in answer.text
    assert simulator.ledger()["inbound"] == []


def test_a_link_to_a_number_that_is_no_zones_says_so(simulator: SimulatorProcess) -> None:
    simulator.control("senders", ZONES)
    assert simulator.http.get(f"{simulator.url}/wa.me/62711999999?text=x").status_code == 404


def test_a_text_to_be_passed_on_is_shown_and_goes_to_nobody(simulator: SimulatorProcess) -> None:
    shown = simulator.http.get(f"{simulator.url}/wa.me/", params={"text": "Bukti <PLG>\nLacak"})
    assert "Bukti &lt;PLG&gt;<br>Lacak" in shown.text
    assert simulator.ledger()["inbound"] == []


HEARD = {
    "id": "demo-1", "sender": PHONE, "phone_number_id": SENDER, "at": time.time() - 3600, "text": "Buka <jam> berapa?",
}  # fmt: skip


def test_what_was_said_before_can_be_replied_to_and_nobody_is_told_again(
    simulator: SimulatorProcess, webhook: Webhook
) -> None:
    for _ in range(2):
        assert simulator.control("heard", {"messages": [HEARD]}) == {"messages": 1}
    assert simulator.page(f"/telepon/{PHONE}/pesan/").count("Buka &lt;jam&gt; berapa?") == 1
    replied = wamid(send(simulator, type="text", text={"body": "Pukul delapan."}))
    posts = webhook.wait_for_statuses("delivered")
    assert {receipt.provider_id for receipt in receipts(posts)} == {replied}
    assert not [post for post in posts if "messages" in post.value]


@pytest.mark.kill
def test_what_was_left_in_its_folder_is_read_at_the_start_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "heard.json").write_text(json.dumps({"messages": [HEARD]}))
    with running_simulator(folder, "http://127.0.0.1:9/") as process:
        assert [row["wamid"] for row in process.ledger()["inbound"]] == ["demo-1"]
    assert not (folder / "heard.json").exists()
    (folder / "heard.json").write_text("[]")
    with running_simulator(folder, "http://127.0.0.1:9/") as process:
        assert len(process.ledger()["inbound"]) == 1, "nonsense stops nobody"
