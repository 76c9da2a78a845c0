"""Addresses of this door."""

from django.urls import path

from requests_app.webhooks.sms import sms
from requests_app.webhooks.whatsapp import whatsapp

urlpatterns = [path("whatsapp/", whatsapp, name="webhook_whatsapp"), path("sms/", sms, name="webhook_sms")]
