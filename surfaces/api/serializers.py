"""Base classes and fields of answers: ordinary serializers with `Code`, `Amount` and `DateTimeField`."""

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Choices
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.states import unknown_label
from files.attachments import FileCopy
from surfaces.api.rendering import moment

_bound_outputs: dict[type[serializers.BaseSerializer[Any]], list[Any]] = {}


def represented(
    shows: type[serializers.BaseSerializer[Any]],
    instance: Any,
    context: Mapping[str, Any],
    *,
    many: bool = False,
    only: Collection[str] | None = None,
) -> Any:
    """The instance, or each of many, as the plain data that this serializer makes of it; of `only` these members.

    Binding one copies every field of every part, which takes longer than showing an object. So each is kept and used
    again, by one caller at a time, with the caller's context: outputs hold nothing else of a request.
    """
    waiting = _bound_outputs.setdefault(shows, [])
    try:
        bound = waiting.pop()
    except IndexError:
        bound = shows()
    bound._context = context
    shown = bound if only is None else _with_members(bound, only)
    try:
        return [shown.to_representation(each) for each in instance] if many else shown.to_representation(instance)
    finally:
        bound._context = {}
        waiting.append(bound)


def _with_members(bound: Any, only: Collection[str]) -> Any:
    """A serializer that shows these members as `bound` does, in whose context they stay; none is copied."""
    shown, members = copy(bound), {name: field for name, field in bound.fields.items() if name in only}
    if members:  # else they are those of rows below
        shown.fields = members
    return shown


class Money(serializers.Serializer[Any]):
    """An amount in minor units."""

    amount_minor = serializers.IntegerField()
    currency = serializers.CharField()


class Coded(serializers.Serializer[Any]):
    """A stable code, and its name in the reader's language."""

    code = serializers.CharField()
    label = serializers.CharField()


class Code(serializers.Field[Any, Any, Any, Any]):
    """A closed value read from the instance, shown as `Coded`; the schema lists its codes. An empty one is null.

    The codes are those of an enumeration, or of a column, each with its label.
    """

    def __init__(self, choices: type[Choices] | Mapping[Any, Any], **options: Any) -> None:
        self.words = choices if isinstance(choices, Mapping) else dict(choices.choices)
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> dict[str, str] | None:
        return coded(value, self.words)


class Amount(serializers.Field[Any, Any, Any, Any]):
    """Money read from `<name>_minor` and `currency` of the instance, shown as `Money`; null when there is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, source="*", allow_null=True, **options)

    def to_representation(self, value: Any) -> dict[str, Any] | None:
        return money(getattr(value, f"{self.field_name}_minor"), getattr(value, "currency", "") or "CNY")


class Computed(serializers.Field[Any, Any, Any, Any]):
    """What a function makes of the instance; the schema says its `shape`, a type or a serializer."""

    def __init__(self, of: Callable[..., Any], shape: Any, **options: Any) -> None:
        self.of, self.shape = of, shape
        super().__init__(read_only=True, source="*", **options)

    def found(self, value: Any) -> Any:
        return self.of(value)

    def to_representation(self, value: Any) -> Any:
        found = self.found(value)
        return moment(found) if isinstance(found, datetime) else found


class ForReader(Computed):
    """What a function makes of the instance for who asks, and when: `of(instance, call)`."""

    def found(self, value: Any) -> Any:
        return self.of(value, self.context["call"])


class WebUrl(Computed):
    """The address of the case's page, complete, for its parties: `page` is the name of the page."""

    def __init__(self, page: str, of: Callable[[Any], Any] = lambda row: row) -> None:
        words = "The page of this case for its parties, complete: a link that opens the app, where one is registered."
        super().__init__(lambda row: page_address(page, of(row).ref), str, help_text=words)


def page_address(page: str, *args: str) -> str:
    return settings.PUBLIC_URL + reverse(page, args=args)


class Action(serializers.Serializer[Any]):
    """Something the reader may do now; what is not listed is not possible. An app draws its buttons from these."""

    name = serializers.CharField(help_text="The verb; its operation here is `operation`.")
    method = serializers.CharField(help_text="`POST`.")
    href = serializers.CharField(help_text="The address, complete: nothing is to be filled in.")
    operation = serializers.CharField(help_text="The `operationId` in this document.")
    body = serializers.CharField(
        allow_null=True,
        help_text="The schema of the body in this document, as a URI reference; null where there is none (`{}`).",
    )
    due_at = serializers.DateTimeField(allow_null=True, help_text="Until when it is possible; null without a limit.")
    needs_role = serializers.CharField(
        allow_null=True, help_text="The least role in the party that may do it; null where every role may."
    )
    consequence = serializers.CharField(
        allow_null=True,
        help_text="What ends or follows, by when, and what cannot be undone, in at most two sentences for the reader: "
        "show it before the button. Null where nothing has to be said before.",
    )
    needs_if_match = serializers.BooleanField(help_text="Whether `If-Match` must be sent, with the version shown here.")


@extend_schema_field({"type": "object"})
class FactsOutput(serializers.JSONField):
    """References, codes and hashes; which ones depends on the type of event."""


OLD_FILE = "Deprecated: `attachment` says the same in one form for all files. Answered until 2027-12-01 at least."


class FileOutput(serializers.Serializer[Any]):
    """A file; without `as_received` it comes without what a camera or phone wrote into it, `size` is the original's.

    Without `has_copy` nobody could show that a copy would be clean: who may not have it as received gets a text that
    says so instead.
    """

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    as_received = serializers.BooleanField()
    has_copy = serializers.BooleanField()
    href = serializers.CharField()


class EventOutput(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    type = serializers.CharField()
    actor = serializers.CharField(source="actor_kind")
    at = serializers.DateTimeField()
    effective_at = serializers.DateTimeField()
    facts = FactsOutput()
    previous = serializers.CharField()
    hash = serializers.CharField()


class EventsOutput(serializers.Serializer[Any]):
    """The whole chain; `head` is the hash of its newest event."""

    items = EventOutput(many=True)
    head = serializers.CharField()


@extend_schema_field({"type": "object"})
class SignedOutput(serializers.JSONField):
    """An object over whose canonical JSON a signature goes: keep it as it is."""


class ReceiptOutput(serializers.Serializer[Any]):
    """Whole as it is, it is what `/case-files/check/` and `verify_case_file.py` check."""

    receipt = SignedOutput(help_text="The case, the act as the ledger has it, and its SHA-256.")
    algorithm = serializers.CharField(help_text="Ed25519.")
    key_id = serializers.CharField(help_text="Which of the keys at `/.well-known/appeals-keys.json`.")
    signature = serializers.CharField(help_text="In hex.")
    proof = SignedOutput(
        allow_null=True,
        help_text="A signed checkpoint, and the path to its root from the act (RFC 6962); null before one has it.",
    )


class LetterPartOutput(serializers.Serializer[Any]):
    no = serializers.IntegerField()
    title = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


class TranslatedTextOutput(serializers.Serializer[Any]):
    of = serializers.CharField(help_text="The name of the text in its case.")
    title = serializers.CharField()
    text = serializers.CharField()


class TranslationOutput(serializers.Serializer[Any]):
    """For information; the original counts."""

    language = serializers.CharField()
    label = serializers.CharField()
    by = serializers.CharField(help_text="Who added it and when, and whether a machine drafted it, in one sentence.")
    drafted_by = serializers.CharField(
        help_text="Host of the translation service whose draft the officer began with; empty where there was none."
    )
    officer = serializers.CharField()
    added_at = serializers.DateTimeField()
    texts = TranslatedTextOutput(many=True)


class LetterOutput(serializers.Serializer[Any]):
    number = serializers.CharField()
    language = serializers.CharField()
    decided_at = serializers.DateTimeField()
    parts = LetterPartOutput(many=True)
    check_code = serializers.CharField()
    hash = serializers.CharField()
    checkpoint = serializers.CharField(
        help_text="The newest signed checkpoint of its time: number and short code. Empty before the first."
    )
    translations = TranslationOutput(many=True, help_text="Added later by officers; the letter itself counts.")


def file_shown(copy: FileCopy, path: str) -> dict[str, Any]:
    """A sealed file as this reader gets it, as `FileOutput`; `path` is below `/api/v1/`."""
    return {
        "name": copy.name,
        "media_type": copy.media_type,
        "size": copy.attachment.size,
        "as_received": copy.as_received,
        "has_copy": copy.attachment.has_copy,
        "href": f"/api/v1/{path}",
    }


def money(amount_minor: int | None, currency: str = "CNY") -> dict[str, Any] | None:
    """The amount as `Money`; None when there is none."""
    return None if amount_minor is None else {"amount_minor": amount_minor, "currency": currency}


def coded(
    value: str, choices: type[Choices] | Mapping[Any, Any] | None = None, *, label: object = ""
) -> dict[str, str] | None:
    """The code as `Coded`, its label taken from the choices or given; None for an empty code.

    The label of a code that is none of the choices, since a newer version wrote it, says so.
    """
    if not value:
        return None
    if isinstance(choices, Mapping):
        label = choices.get(value) or unknown_label(value)
    elif choices is not None:
        label = choices(value).label if value in choices else unknown_label(value)
    return {"code": str(value), "label": str(label)}


def codes(values: Iterable[str], choices: type[Choices]) -> list[dict[str, str] | None]:
    """Each value as `Coded`."""
    return [coded(value, choices) for value in values]


def action(
    name: str,
    path: str,
    *,
    operation: str,
    body: str = "",
    due_at: datetime | None = None,
    needs_role: str = "",
    consequence: str = "",
    needs_if_match: bool = False,
) -> dict[str, Any]:
    """An entry of `actions[]`; `path` is below `/api/v1/`, `body` the name of the schema of its body."""
    when = None if due_at is None else serializers.DateTimeField().to_representation(due_at)
    return {
        "name": name,
        "method": "POST",
        "href": f"/api/v1/{path}",
        "operation": operation,
        "body": f"/api/v1/schema/#/components/schemas/{body}" if body else None,
        "due_at": when,
        "needs_role": needs_role or None,
        "consequence": consequence or None,
        "needs_if_match": needs_if_match,
    }
