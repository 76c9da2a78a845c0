"""SMS: which characters a phone's plain alphabet has, and how many parts a text takes.

Source: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table). One part has 160 of its characters, or 70
of any other text; a text of several parts has 153, or 67, in each, as every part carries a header.
"""

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TAKES_TWO = frozenset("^{}\\[~]|€")
ONE_PART, EACH_PART = 160, 153
ONE_PART_UNICODE, EACH_PART_UNICODE = 70, 67
OF_SMS = "sms:"
"""Begins a gateway's ids and codes: they count from 1, so without it they would be taken for somebody else's."""
MOST_PARTS = 2
"""Longer ones cost more than they tell, and some phones show their parts as messages of their own."""

# Typographic characters would more than halve what fits into a part.
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "-", "\u00a0": " "}
)


def plain_sms(text: str) -> str:
    """The text with plain characters in place of typographic ones."""
    return text.translate(_PLAIN)


def sms_parts(text: str) -> int:
    """How many parts the text takes on its way; 0 for an empty one."""
    if not text:
        return 0
    if all(char in ALPHABET or char in TAKES_TWO for char in text):
        length, one, each = sum(2 if char in TAKES_TWO else 1 for char in text), ONE_PART, EACH_PART
    else:
        length, one, each = len(text.encode("utf-16-be")) // 2, ONE_PART_UNICODE, EACH_PART_UNICODE
    return 1 if length <= one else -(-length // each)


def short_message(about: str, address: str, check_code: str) -> str:
    """What an SMS says of a notice: what it is about (as much of it as two parts bear), where to read it, its code."""
    rest = f". {address} Kode pesan: {check_code}"
    begin = plain_sms(f"Dukcapil: {about}")
    while sms_parts(begin + rest) > MOST_PARTS and len(begin) > len("Dukcapil: "):
        begin = begin[:-1].rstrip()
    return begin + rest
