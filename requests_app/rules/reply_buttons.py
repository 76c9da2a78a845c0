"""The buttons below what is answered at once: one press asks the next thing, so that nothing has to be typed.

Source of the lengths: Meta, Cloud API, "Interactive reply buttons messages". Templates have no such buttons.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ReplyButton:
    """`id` comes back when it is pressed (rules/inbound.py reads it); `title` (at most 20 letters) stands on it."""

    id: str
    title: str


STATUS = ReplyButton("STATUS", "Cek status")
REPORT = ReplyButton("LAPOR", "Lapor")
OFFICER = ReplyButton("PETUGAS", "Tanya petugas")

BELOW: Mapping[str, tuple[ReplyButton, ...]] = {
    "reply_status": (STATUS, REPORT, OFFICER),
    "reply_report": (STATUS, OFFICER),
    "reply_help": (STATUS, REPORT, OFFICER),
    "reply_file": (STATUS, OFFICER),
}
"""By the purpose of the reply, at most three. Others have none: an officer's, and whoever has just asked for one."""
