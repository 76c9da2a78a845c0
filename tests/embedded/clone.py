"""A small clone for the tests of the one-command start: the real starter, real gunicorn and Celery, a tiny application.

The office's own application takes its time to prepare; what is tested here is who starts, stops and dies when.
"""

import shutil
from pathlib import Path

from tests.embedded.helpers import REPOSITORY

FILES = {
    "manage.py": """
import os, pathlib, sys
import psycopg2
data = pathlib.Path(os.environ["ADMINDUK_DATA"])
with (data / "commands").open("a") as commands:
    print(*sys.argv[1:], "DATABASE_OWNER_URL" in os.environ, file=commands)
if sys.argv[1] == os.environ.get("STUB_FAILS"):
    raise ValueError("no such thing")
if sys.argv[1] == "prepare_database":
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'adminduk_app'")
        if not cursor.fetchone():
            cursor.execute("CREATE ROLE adminduk_app LOGIN")
        cursor.execute("CREATE TABLE IF NOT EXISTS started (at timestamptz)")
        cursor.execute("INSERT INTO started VALUES (now())")
        cursor.execute("GRANT SELECT ON started TO adminduk_app")
if sys.argv[1] == "demo_accounts":
    (data / "accounts.txt").write_text("petugas.satu and a password\\n")
if sys.argv[1] == "collectstatic":
    (data / "static").mkdir(exist_ok=True)
""",
    "adminduk/__init__.py": "",
    "adminduk/wsgi.py": """
import os
import psycopg2
def application(environ, start_response):
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_user FROM started")
        answer = "{} {}".format(*cursor.fetchone())
    connection.close()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]
""",
    "adminduk/celery.py": """
import os, time
from celery import Celery
app = Celery("adminduk", broker=os.environ["REDIS_URL"])
@app.task
def endless():
    time.sleep(600)
app.conf.beat_schedule = {
    "a": {"task": "adminduk.celery.endless", "schedule": 1.0, "options": {"queue": "sweep"}},
    "b": {"task": "adminduk.celery.endless", "schedule": 1.0, "options": {"queue": "notify"}},
}
""",
    "adminduk/settings.py": "",
    "adminduk/embedded/simulator/__init__.py": "",
    "adminduk/embedded/simulator/__main__.py": """
import sys, http.server
port = int(sys.argv[sys.argv.index("--port") + 1])
http.server.HTTPServer(("127.0.0.1", port), http.server.SimpleHTTPRequestHandler).serve_forever()
""",
}


def make_clone(place: Path) -> Path:
    """Write the clone into `place` and return it."""
    starter = REPOSITORY / "adminduk" / "embedded"
    shutil.copytree(starter, place / "adminduk" / "embedded", ignore=shutil.ignore_patterns("simulator", "__pycache__"))
    for name in ("gunicorn.conf.py", "requirements.txt"):
        shutil.copy(REPOSITORY / name, place / name)
    for name, text in FILES.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place
