"""Somebody applies, as in a request; prints the notice's id and how long the submission took."""

import json
import time

import django

if __name__ == "__main__":
    django.setup()
    from requests_app.clock import database_now
    from requests_app.operations.submission import submit_draft
    from tests.factories import make_draft, new_nik, new_phone

    now = database_now()
    unique = str(time.time_ns())
    nik, phone = new_nik()[:12] + unique[-7:-3], new_phone()[:-4] + unique[-7:-3]
    draft = make_draft(now, nik=nik, phone=phone)
    begin = time.monotonic()
    application = submit_draft(draft_id=draft.pk, now=now).application
    took = time.monotonic() - begin
    print(json.dumps({"notice": str(application.notices.get().pk), "took": took}))  # noqa: T201
