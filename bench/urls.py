"""All addresses of the application, and the floor's."""

from django.urls import path

from adminduk.urls import urlpatterns as application
from bench.floor import floor, same

urlpatterns = [path("floor/", floor), path("same/", same), *application]
