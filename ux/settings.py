"""The application's own settings, with addresses for the error pages that nothing else leads to."""

from adminduk.settings import *  # noqa: F403

ROOT_URLCONF = "ux.urls"
