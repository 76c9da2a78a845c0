"""How fast a person fills the form in. Fixed here once: for the minutes shown, and for the walk of `make ux`."""

import math
from dataclasses import dataclass

CHARACTERS_PER_SECOND = 4
SECONDS_A_CHOICE = 2
SECONDS_A_PAGE = 3
SECONDS_A_PHOTO = 6


@dataclass(frozen=True)
class Work:
    """What there is to do: pages to read, characters to type, choices to make, photos to take."""

    pages: int = 0
    characters: int = 0
    choices: int = 0
    photos: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(
            self.pages + other.pages,
            self.characters + other.characters,
            self.choices + other.choices,
            self.photos + other.photos,
        )

    @property
    def seconds(self) -> float:
        """How long a person needs for it."""
        typing = self.characters / CHARACTERS_PER_SECOND
        return typing + self.pages * SECONDS_A_PAGE + self.choices * SECONDS_A_CHOICE + self.photos * SECONDS_A_PHOTO

    @property
    def minutes(self) -> int:
        """The same in begun minutes; 0 for less than one."""
        return 0 if self.seconds < 60 else math.ceil(self.seconds / 60)
