"""`make messages`: bring the catalogue up to date, compile it, and name what is still to be translated."""

import sys

from wording.catalogue import forms, refreshed, save
from wording.plain import average


def main() -> int:
    """1 when something has no translation."""
    catalogue = refreshed()
    save(catalogue)
    missing = [message for message in catalogue if message.id and not all(forms(message.string or ""))]
    for message in missing:
        print(f"{message.locations[0][0]}: {message.id!r}")
    print(f"{len(catalogue)} texts, {len(missing)} without English.")
    if not missing:
        print(f"Words in a sentence on average: {average('id'):.1f} in Indonesian, {average('en'):.1f} in English.")
    return 1 if missing else 0


sys.exit(main())
