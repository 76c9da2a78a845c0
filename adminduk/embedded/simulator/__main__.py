"""``python -m adminduk.embedded.simulator``: starts the simulator and stops it on SIGTERM."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from adminduk.embedded.simulator.mail import take_mail
from adminduk.embedded.simulator.server import SimulatorServer
from adminduk.embedded.simulator.state import Secrets, Simulator


def main() -> int:
    """Run until SIGTERM or SIGINT. Returns 1 when the port is taken, 2 when a secret is missing."""
    options = _options()
    secrets = Secrets.from_environment(os.environ)
    missing = secrets.missing()
    if missing:
        print(f"simulator: belum diatur: {', '.join(missing)}", file=sys.stderr)
        return 2
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    home = os.environ.get("PUBLIC_URL", "").rstrip("/")
    simulator = Simulator(
        Path(options.data),
        callback=options.callback,
        secrets=secrets,
        home=home,
        sms_callback=options.sms_callback,
    )
    simulator.store.save_settings(_given_settings(options))
    try:
        server = SimulatorServer((options.host, options.port), simulator)
    except OSError as problem:
        print(f"simulator: {options.host}:{options.port}: {problem.strerror}", file=sys.stderr)
        return 1
    try:
        if options.smtp_port:
            take_mail(simulator.store, options.smtp_port)
    except OSError as problem:
        print(f"simulator: mail on port {options.smtp_port}: {problem.strerror}", file=sys.stderr)
        return 1
    _serve(server, simulator, stopping)
    return 0


def _serve(server: SimulatorServer, simulator: Simulator, stopping: threading.Event) -> None:
    simulator.deliverer.start()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    host, port = server.server_address[:2]
    print(f"simulator: http://{host!s}:{port}/", flush=True)
    stopping.wait()
    simulator.store.close()
    # Open requests and posts under way are dropped, as in a power cut: the ledger has them all.
    sys.stdout.flush()
    os._exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m adminduk.embedded.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one and prints it")
    parser.add_argument("--smtp-port", type=int, default=0, help="takes mail on 127.0.0.1; 0: takes none")
    parser.add_argument("--data", required=True, help="folder for ledger, templates.json, senders.json")
    parser.add_argument("--callback", required=True, help="address of the webhook")
    parser.add_argument("--sms-callback", default="", help="address of the webhook for reports of SMS; empty: none")
    parser.add_argument("--sent-after", type=float, help="seconds until the receipt 'sent' (0.2)")
    parser.add_argument("--delivered-after", type=float, help="seconds until 'delivered' (1)")
    parser.add_argument("--read-after", type=float, help="seconds until 'read' by itself (90; negative: never)")
    return parser.parse_args()


def _given_settings(options: argparse.Namespace) -> dict[str, float]:
    names = ("sent_after", "delivered_after", "read_after")
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


if __name__ == "__main__":
    sys.exit(main())
