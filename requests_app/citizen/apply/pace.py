"""How many minutes are left: a plain estimate from what each page usually asks, at the pace of rules/pacing.py."""

from requests_app.citizen.apply.steps import Step, asked_steps
from requests_app.citizen.apply.visit import Visit
from requests_app.rules.pacing import Work

USUAL = {
    "kode-qr": Work(pages=1, choices=1),
    "alasan": Work(pages=1, choices=2),
    "dokumen": Work(pages=1, characters=1, choices=1),
    "pemilik": Work(pages=1, characters=58, choices=2),
    "keluarga": Work(pages=1, characters=76, choices=2),
    "alamat": Work(pages=1, characters=31, choices=1),
    "keterangan": Work(pages=1, characters=40),
    "berkas": Work(pages=1, photos=2),
    "kabar": Work(pages=1, characters=12, choices=2),
    "periksa": Work(pages=1, choices=1),
}
"""Names of 18 letters, two numbers of 16, a birth date; street, RT and RW; the police letter; two photos."""


def minutes_left(this: Step, visit: Visit) -> int:
    """Begun minutes from this step to the end; 0 for less than one."""
    asked = asked_steps(visit)
    left = asked[asked.index(this) :] if this in asked else []
    return sum((USUAL[step.slug] for step in left), Work()).minutes
