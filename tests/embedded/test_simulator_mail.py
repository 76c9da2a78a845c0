"""The mailboxes: what the e-mail channel sends is taken over real SMTP and shown."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adminduk.embedded.preflight import free_port
from requests_app.channels.base import Message, Outcome
from requests_app.channels.email import EmailChannel
from tests.channels.simulator_process import SimulatorProcess, running_simulator

HOME = "http://127.0.0.1:9"
ADDRESS = "siti.contoh@warga.example"
MESSAGE = Message(
    to=ADDRESS,
    template="adm_diterima",
    language="id",
    parameters=(),
    text=f"Halo <Siti> – silakan buka {HOME}/buka/abc/.\nJangan buka {HOME}9/lain/ atau https://tiruan.example/x.",
    button_url_suffix=None,
    opaque="5f0c:1",
    sender="adminduk@contoh.example",
    subject="Permohonan Anda <sudah> kami terima – terima kasih",
)


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorProcess]:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    port = free_port(tmp_path / "smtp.port")
    with running_simulator(tmp_path / "data", f"{HOME}/webhook/whatsapp/", port) as process:
        yield process


def post(simulator: SimulatorProcess, message: Message = MESSAGE) -> Outcome:
    return EmailChannel(host="127.0.0.1", port=simulator.smtp_port, timeout=5).send(message)


@pytest.mark.kill
def test_a_mail_is_on_its_mailbox_page_and_the_mailbox_is_listed(simulator: SimulatorProcess) -> None:
    simulator.control("advance", {"seconds": 86400})
    assert post(simulator).kind == "accepted"
    post(simulator, replace(MESSAGE, to="Joko@Warga.example", subject="Lain"))
    listed = simulator.page("/")
    assert listed.index("/surel/joko@warga.example/") < listed.index(f"/surel/{ADDRESS}/")
    shown = simulator.page(f"/surel/{ADDRESS.upper()}/")
    assert "Permohonan Anda &lt;sudah&gt; kami terima – terima kasih" in shown
    assert "Halo &lt;Siti&gt; – silakan buka" in shown
    assert "<br>Jangan buka" in shown
    assert "Lain" not in shown
    (mail, _) = simulator.ledger()["mails"]
    assert abs(mail["at"] - time.time() - 86400) < 10


@pytest.mark.kill
def test_only_links_into_the_office_can_be_followed(simulator: SimulatorProcess) -> None:
    post(simulator)
    answer = simulator.http.get(f"{simulator.url}/surel/{ADDRESS}/")
    assert f'<a href="{HOME}/buka/abc/" target="_blank"' in answer.text
    assert f'href="{HOME}9' not in answer.text
    assert 'href="https://tiruan' not in answer.text
    assert "https://tiruan.example/x." in answer.text
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "refresh" in answer.headers
    assert "refresh" not in simulator.http.get(f"{simulator.url}/surel/{ADDRESS}/?diam=1").headers


@pytest.mark.kill
def test_a_strange_address_is_only_text(simulator: SimulatorProcess) -> None:
    post(simulator, replace(MESSAGE, to="a'b&c/d%x@warga.example"))
    assert "/surel/a%27b%26c%2Fd%25x@warga.example/" in simulator.page("/")
    assert "Halo &lt;Siti&gt;" in simulator.page("/surel/a%27b%26c%2Fd%25x@warga.example/")


@pytest.mark.kill
def test_mails_survive_a_sudden_death_and_a_reset_clears_them(simulator: SimulatorProcess) -> None:
    post(simulator)
    simulator.kill()
    simulator.start()
    assert ADDRESS in simulator.page("/")
    simulator.control("reset")
    assert ADDRESS not in simulator.page("/")
    assert "Belum ada surel di kotak ini." in simulator.page(f"/surel/{ADDRESS}/")


@pytest.mark.kill
def test_it_prints_neither_addresses_nor_texts(simulator: SimulatorProcess) -> None:
    post(simulator)
    with smtplib.SMTP("127.0.0.1", simulator.smtp_port) as client:
        unreadable = b"Content-Type: text/plain; charset=unheard-of\r\n\r\nHalo\r\n"
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail("a@contoh.example", [ADDRESS], unreadable)
        client.docmd("RCPT", f"TO:<{ADDRESS}")
    simulator.page(f"/surel/{ADDRESS}/")
    _, printed = simulator.stop()
    assert printed == simulator.first_line + "simulator: LookupError\n"


@pytest.mark.kill
def test_a_taken_mail_port_is_one_clear_line(simulator: SimulatorProcess, tmp_path: Path) -> None:
    with running_simulator(tmp_path / "second", f"{HOME}/", simulator.smtp_port) as second:
        assert second.process.wait(5) == 1
        assert second.first_line.startswith(f"simulator: mail on port {simulator.smtp_port}: ")
        assert second.process.stdout
        assert second.process.stdout.read() == b""
