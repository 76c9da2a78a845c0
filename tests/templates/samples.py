"""The pages around the sample form, for the tests of the template pack."""

from django.template import engines
from django.test import RequestFactory

from requests_app.gaya.forms import SampleForm, wrong_form

__all__ = ["DESK", "PAGE", "SampleForm", "render", "wrong_form"]

PAGE = """{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}Siapa pemilik kartu?{% endblock %}
{% block main %}{% include "partials/steps.html" with step=2 of=6 note="draf tersimpan" %}
<h1>Siapa pemilik kartu?</h1>{% crispy form %}{% endblock %}"""

DESK = """{% extends "base_staff.html" %}{% load adminduk %}{% block main %}<h1>Daftar</h1>
<p class="row">{% status_tag "in_review" %}{% status_tag "approved" %}{% status_tag "rejected" %}
{% status_tag "needs_correction" %}{% status_tag "draft" %}</p>
<div class="scroll" role="region" aria-label="Permohonan" tabindex="0"><table><thead><tr><th scope="col">Nomor</th>
<th scope="col">Sisa</th></tr></thead><tbody><tr class="bad"><td>PLG-7K3M-9QTX</td>
<td><span class="tag bad">{% icon "clock" %}Sisa 3 jam</span></td></tr><tr class="warn"><td>PLG-2222-2222</td>
<td><span class="tag warn">Sisa 1 hari</span></td></tr></tbody></table></div>
<form class="decide" method="post"><button class="btn" name="approve"><kbd>J</kbd>Setujui</button>
<button class="btn plain" name="ask"><kbd>K</kbd>Perlu perbaikan</button>
<button class="btn bad" name="reject"><kbd>T</kbd>Tolak</button></form>{% endblock %}"""


def render(source: str, **context: object) -> str:
    """A template's text, rendered as a view would."""
    request = RequestFactory().get("/ajukan/ktp-el/")
    return engines["django"].from_string(source).render(context, request)
