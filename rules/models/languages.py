"""Text in two languages."""

from django.db import models
from django.utils.translation import get_language


class InBothLanguages(models.Model):
    """Text that exists in Chinese and English; Chinese is the authentic one."""

    class Meta:
        abstract = True

    def in_language(self, stem: str) -> str:
        """`stem` in the active language, in Chinese where English is missing."""
        wanted = "en" if (get_language() or "").startswith("en") else "zh"
        return str(getattr(self, f"{stem}_{wanted}") or getattr(self, f"{stem}_zh"))


class InLanguage:
    """The text of this name in the active language."""

    def __set_name__(self, owner: type[InBothLanguages], name: str) -> None:
        self.name = name

    def __get__(self, row: InBothLanguages | None, owner: type[InBothLanguages]) -> str:
        return self if row is None else row.in_language(self.name)  # type: ignore[return-value]  # as a property does
