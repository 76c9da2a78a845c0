"""What forms of the office ask of words that a citizen reads in a message."""

from django.core.exceptions import ValidationError

from requests_app.rules.sent_words import check_sent_words


def may_be_sent(text: str) -> None:
    """A field's validator: no NIK and no number of a family."""
    try:
        check_sent_words(text)
    except ValueError as refused:
        raise ValidationError(str(refused)) from refused
