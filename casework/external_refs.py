"""A number of the client's own (`external_ref`) stands for one content: sent again with another, it is refused.

A row keeps a digest of each field that was accepted with it. A comparison with the row itself would not do: rows change
(a notice is amended, a party renamed), fall short of what was sent (a party's people), and say it in other words.

What does not belong here: `Idempotency-Key`, which is about one request and its answer (`casework.idempotency`).
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.canonical import digest, moment
from casework.errors import ExternalRefMismatch, FieldError

LENGTH = 12
"""Hexadecimal digits kept of a digest: a client is told apart from itself alone, and nothing is proved by them."""


class UnderExternalRef(models.Model):
    """A row that a client can name by a number of its own."""

    content_digests = models.JSONField(null=True, blank=True, editable=False)  # None: of before they were kept

    ON_RECORD: ClassVar[Sequence[str]] = ()
    """The columns that never change what was accepted."""

    class Meta:
        abstract = True

    def content_on_record(self) -> dict[str, Any]:
        """What the row still says of the content that was accepted, where no digests were kept."""
        return {name: getattr(self, name) for name in self.ON_RECORD}

    def refuse_other_content(self, sent: Mapping[str, str]) -> None:
        """Raises `ExternalRefMismatch`, which names the fields, where `sent` is not what was accepted."""
        if self.content_digests is not None:
            differing = {
                name for name in {*self.content_digests, *sent} if self.content_digests.get(name) != sent.get(name)
            }
        else:
            kept = digests_of(self.content_on_record())
            differing = {name for name in kept if kept[name] != sent.get(name)}
        if differing:
            raise ExternalRefMismatch(errors=[FieldError(f"/{name}", "differs", DIFFERS) for name in sorted(differing)])


DIFFERS = _("Something else was accepted under this number before.")


def digests_of(content: Mapping[str, Any]) -> dict[str, str]:
    """A digest of each field that says something; a field that is left out and an empty one are alike."""
    return {
        name: digest(json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain))[:LENGTH]
        for name, value in content.items()
        if value not in (None, "", [], (), False)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if dataclasses.is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    return str(value)
