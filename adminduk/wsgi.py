"""The web server's way in (gunicorn adminduk.wsgi:application)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminduk.settings")
application = get_wsgi_application()

from requests_app.checks import refuse_unfit_start  # noqa: E402  (needs the line above)

refuse_unfit_start()
