"""Languages of the console: which one a visitor reads, and the words of it.

English texts are the keys (gettext); ``i18n/zh/*.po`` hold the Chinese ones, a file a subject. They are read as they
stand, so there is nothing to compile.
"""

from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.pofile import read_po

ENGLISH = "en"
CHINESE = "zh"
LANGUAGES: Mapping[str, str] = {CHINESE: "中文", ENGLISH: "English"}
_FOLDER = Path(__file__).with_name("i18n")


class Words(NullTranslations):
    """The texts of one language; one that is not there stays English."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        """The text in this language."""
        return self._texts.get(message, message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The text for a number of things; Chinese has one form for all numbers."""
        if singular in self._texts:
            return self._texts[singular]
        return singular if number == 1 else plural

    def knows(self, message: str) -> bool:
        """Whether there is a text of its own."""
        return message in self._texts


def marked(text: str) -> str:
    """Marks a text for translation where it stands in code; a page translates it. Imported as ``_``, which is found."""
    return text


@cache
def words(language: str) -> Words:
    """The words of a language. English ones are the keys themselves."""
    return Words({} if language == ENGLISH else _texts(_FOLDER / language))


def language_of(chosen: str, accepted: str) -> str:
    """The language of a visitor: what they chose, else the first that their browser accepts and we have."""
    if chosen in LANGUAGES:
        return chosen
    for part in accepted.split(","):
        name = part.partition(";")[0].strip().lower().partition("-")[0]
        if name in LANGUAGES:
            return name
    return ENGLISH


def _texts(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, abort_invalid=True):
                if not message.id:
                    continue
                key, text = message.id, message.string
                if isinstance(key, tuple | list):
                    key, text = key[0], text[0] if isinstance(text, tuple | list) else text
                if text:
                    found[str(key)] = str(text)
    return found
