"""Last guard of the logs: whatever looks like a NIK, a KK number, a phone or an e-mail address is struck out, and so
are the codes in addresses that let somebody in."""

import logging
import re

# One id of a row in a thousand looks like a number of a person; a line that hides which document it means helps nobody.
ROW_ID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b(?!\S*@)"
PERSONAL = re.compile(
    rf"({ROW_ID})|"
    r"(?<![\w-])(?:\d[ .-]?){16}(?!\d)|\+?62[ -]?8\d[\d -]{7,13}|\b08\d{8,11}\b|[\w.+-]+@[\w-]+\.[\w.]+"
)
LETS_IN = re.compile(r"(/(?:undangan|buka|suket)/)[^/\s?\"']+")


def strike_out(text: str) -> str:
    """The text with personal numbers and addresses, and codes that open something, replaced by `[…]`."""
    return PERSONAL.sub(lambda found: found[1] or "[…]", LETS_IN.sub(r"\1[…]", text))


class PersonalDataFilter(logging.Filter):
    """Strikes out personal data in the finished message and in tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = strike_out(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = strike_out(logging.Formatter().formatException(record.exc_info))
        return True
