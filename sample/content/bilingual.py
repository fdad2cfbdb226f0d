"""One sentence in Chinese and in English, the shape that every text of the sample has."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Both:
    """The same text twice: `zh` is Simplified Chinese, `en` is English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """The text in that language; anything that is not English is Chinese."""
        return self.en if language.startswith("en") else self.zh

    def filled(self, values: Mapping[str, "Both"]) -> "Both":
        """The same text with every `{slot}` replaced by its value in the same language; an unknown slot raises."""
        return Both(
            zh=self.zh.format_map({name: value.zh for name, value in values.items()}),
            en=self.en.format_map({name: value.en for name, value in values.items()}),
        )


def same(text: str) -> Both:
    """A text that reads the same in both languages, such as a number."""
    return Both(zh=text, en=text)
