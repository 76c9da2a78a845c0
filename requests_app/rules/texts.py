"""Texts that people read are Indonesian here, and marked; whoever shows one may show it in another language."""


def N_(text: str) -> str:  # noqa: N802 (the name that the extraction of translatable texts knows)
    """Mark a text as one that is translated where it is shown; it comes back as it is."""
    return text


class Refusal(ValueError):
    """Something typed that cannot be taken; `code` names why, `message` says in Indonesian what to do.

    `text` with its `places` says the same, for whoever shows it in another language.
    """

    def __init__(self, code: str, text: str, **places: object) -> None:
        self.code, self.text, self.places = code, text, places
        self.message = text.format(**places)
        super().__init__(self.message)
