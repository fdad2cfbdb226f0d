"""The two kinds of endpoint: a read renders a query; a command changes one thing once, and renders what came of it.

    class DecideAppealView(CommandView):
        takes, gives, decides = DecideAppealInput, AppealOutput, True

        def perform(self, call: Call) -> Reply:
            appeal = commands.decide_appeal(call.path["ref"], actor=call.actor, now=call.now, version=call.version, …)
            return self.reply(queries.appeal_for(call.actor, appeal.ref), call)

A view that lists and creates at one address inherits `ListView` and `CommandView` both; `shows` describes GET and
`gives` POST.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from casework import clock
from casework.actor import Actor
from casework.errors import Invalid, NotSignedIn
from casework.idempotency import Answer, Fresh, Replay, earlier_answer, fingerprint, run_once
from casework.text import MAX_BODY
from files.attachments import FileCopy, prepare_uploads
from files.content import KINDS
from files.models import Attachment
from operations import replica
from surfaces.api import etags, idempotency, parsers, slim
from surfaces.api.callers import actor_of
from surfaces.api.inputs import Empty, Input
from surfaces.api.narrowing import Narrow
from surfaces.api.pagination import SYNC_OVERLAP, Page, page_of
from surfaces.api.problems import field_errors
from surfaces.api.rendering import AnyFile, JsonNegotiation, moment, to_bytes
from surfaces.api.schema import Operations
from surfaces.api.serializers import represented
from surfaces.api.throttles import ActorThrottle
from surfaces.serving import send

type Output = type[BaseSerializer[Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, understood: who asks, when, about what, with which values, on the ground of which version."""

    actor: Actor
    now: datetime
    path: Mapping[str, str]
    query: QueryDict
    values: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    version: int | None = None
    prepared: Any = None
    fields: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer. With `version` it carries an ETag; with no `data` it has no body."""

    data: Any = None
    status: int = 200
    version: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiView(APIView):
    """What every endpoint shares: strict JSON in, JSON or problem+json out, a known actor, one reading of the clock.

    `is_public` admits a caller who is not signed in, `public_methods` for these methods only; `call.actor` is then not
    to be used. `max_body` and `max_upload` are bytes. `operation` names the operations in the schema per method, else
    the class name does. `problems` are the statuses that it answers beside those of every operation.
    """

    is_public: ClassVar[bool] = False
    public_methods: ClassVar[frozenset[str]] = frozenset()
    max_body: ClassVar[int] = MAX_BODY
    max_upload: ClassVar[int] = MAX_BODY
    operation: ClassVar[Mapping[str, str]] = {}
    problems: ClassVar[tuple[int, ...]] = ()

    permission_classes = ()
    throttle_classes = (ActorThrottle,)
    parser_classes = (parsers.StrictJSONParser,)
    renderer_classes: Any = (JSONRenderer,)
    content_negotiation_class: Any = JsonNegotiation
    metadata_class = None
    schema = Operations()

    now: datetime
    rate_limit: Mapping[str, str] = {}
    """What the answer to this view's one request says of its limit, once the throttle has counted it."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        parsers.check_path(kwargs)
        parsers.check_query(request._request, self.parameters(request.method or ""))
        parsers.check_head(request, self)
        self.now = clock.now()
        super().initial(request, *args, **kwargs)
        if not self.admits_anybody(request.method or "") and actor_of(request) is None:
            raise NotSignedIn()

    def admits_anybody(self, method: str) -> bool:
        """Whether a caller who is not signed in may use this method here."""
        return self.is_public or method in self.public_methods

    def parameters(self, method: str) -> frozenset[str]:
        """The query parameters of this method; another one is refused by name."""
        return frozenset()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "private, no-store"
        for name, value in self.rate_limit.items():
            final[name] = value
        return final

    def call(self, request: Request, path: Mapping[str, str], **more: Any) -> Call:
        actor: Any = actor_of(request)
        return Call(actor=actor, now=self.now, path=path, query=request._request.GET, **more)

    def rendered(self, serializer: Output, instance: Any, call: Call, *, many: bool = False) -> Any:
        """The instance as plain data; the serializer finds the call in its context."""
        only = call.fields if serializer is getattr(self, "shows", None) else None
        return represented(serializer, instance, {"call": call}, many=many, only=only)

    def encoded(self, reply: Reply) -> Answer:
        """The reply as bytes, an object with the time of day at its end."""
        headers = dict(reply.headers)
        if reply.version is not None:
            headers["ETag"] = etags.tag_of(reply.version, to_bytes(reply.data))
        if reply.data is None:
            return Answer(status=reply.status if reply.status != 200 else 204, headers=headers)
        data = reply.data
        if isinstance(data, Mapping) and "server_now" not in data:
            data = {**data, "server_now": moment(self.now)}
        return Answer(status=reply.status, body=to_bytes(data), headers=headers)


class ReadView(ApiView):
    """GET: `read` answers, through a query that knows what the actor may see. Nothing changes.

    `finds` is the query that gives an actor the object of a `ref`, and says all of a view that shows one object.
    `is_list` tells the schema of a view that answers `{"items": […]}` in one piece. `filters` names the query
    parameters that are read, each with a sentence for the schema; of these `numbers` are whole numbers.
    """

    shows: ClassVar[Output]
    finds: ClassVar[Callable[[Actor, str], Any]]
    is_list: ClassVar[bool] = False
    filters: ClassVar[Mapping[str, Any]] = {}
    numbers: ClassVar[Sequence[str]] = ()

    def parameters(self, method: str) -> frozenset[str]:
        return frozenset(self.filters) | {slim.PARAMETER} if method in ("GET", "HEAD") else frozenset()

    def read(self, call: Call) -> Reply:
        return self.shown(type(self).finds(call.actor, call.path["ref"]), call)

    def get(self, request: Request, **path: str) -> HttpResponse:
        fields = slim.asked(self.shows, request._request.GET.get(slim.PARAMETER))
        reply = self.read(self.call(request, path, fields=fields))
        if fields is not None and reply.data is not None:
            reply = replace(reply, data=self._slim(reply.data, fields))
        answer = self.encoded(reply)
        if reply.data is not None and "ETag" not in answer.headers and not hasattr(self, "rows"):
            answer = replace(answer, headers={**answer.headers, "ETag": etags.digest_tag_of(to_bytes(reply.data))})
        tag = answer.headers.get("ETag")
        if tag is not None and etags.is_unchanged(request._request, tag):
            answer = Answer(status=304, headers=answer.headers)
        return idempotency.response_of(answer, is_replay=False)

    def _slim(self, data: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
        """What is around the rows of a list stays."""
        if self.is_list or hasattr(self, "rows") or slim.is_around_rows(self.shows):
            return {**data, "items": [slim.slim(each, fields) for each in data["items"]]}
        return slim.slim(data, fields)

    def shown(self, instance: Any, call: Call) -> Reply:
        """The instance through `shows`, tagged when it has a version."""
        return Reply(self.rendered(self.shows, instance, call), version=getattr(instance, "version", None))


class FileView(ApiView):
    """GET: `file` answers with the bytes, to be saved. `media` says to the schema of which types they can be.

    `finds` is the query that gives an actor the file with the number `no` in the case of a `ref`.
    """

    content_negotiation_class = AnyFile
    media: ClassVar[Sequence[str]] = (*KINDS, "text/plain")  # why there is no copy
    finds: ClassVar[Callable[[Actor, str, int], Attachment | FileCopy]]

    def file(self, call: Call) -> HttpResponseBase:
        found = type(self).finds(call.actor, call.path["ref"], int(call.path["no"]))
        return send(self.request._request, found, original=True)

    def get(self, request: Request, **path: str) -> HttpResponseBase:
        return self.file(self.call(request, path))


class ListView(ReadView):
    """GET: the rows that the actor may see, a page at a time: `{items, next_cursor, sync_from, server_now}`.

    `narrows` are parameters that take a value of the rows.
    """

    order: ClassVar[Sequence[str]] = ("-created_at", "-pk")
    synced_by: ClassVar[str | None] = "updated_at"
    narrows: ClassVar[Mapping[str, Narrow]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.filters = {name: each.words for name, each in cls.narrows.items()} | dict(cls.filters)

    def parameters(self, method: str) -> frozenset[str]:
        paging = {"limit", "cursor", "updated_since"} if method in ("GET", "HEAD") else set()
        return super().parameters(method) | paging

    def rows(self, call: Call) -> QuerySet[Any]:
        raise NotImplementedError

    def ordered(self, call: Call) -> QuerySet[Any]:
        return self.rows(call).order_by(*self.order)

    def narrowed(self, call: Call) -> QuerySet[Any]:
        """The rows in order that have every value asked for. Raises `Invalid` for what can be none."""
        rows = self.ordered(call)
        for name, each in self.narrows.items():
            if name in call.query:
                rows = rows.filter(each.where(str(call.query[name]), call.actor))
        return rows

    def read(self, call: Call) -> Reply:
        return replica.read(call.actor, lambda: self._page(call))

    def _page(self, call: Call) -> Reply:
        rows = self.narrowed(call)
        if call.fields is not None and slim.are_columns(self.shows, call.fields, rows.model):
            rows = rows.select_related(None).prefetch_related(None)
        page: Page[Any] = page_of(
            rows,
            call.query.dict(),
            owner=f"{self.request.path} {getattr(actor_of(self.request), 'ref', '')}",
            synced_by=self.synced_by,
        )
        body = {"items": self.rendered(self.shows, page.items, call, many=True), "next_cursor": page.next_cursor}
        if self.synced_by is not None:
            body["sync_from"] = moment(call.now - SYNC_OVERLAP)
        return Reply(body)


class CommandView(ApiView):
    """POST: one command, once per `Idempotency-Key`, in one transaction with the answer that a repetition will get.

    `decides` demands `If-Match`. `authorise` is asked before a stored answer is repeated, too: raise `NotFound` in it
    when the actor may no longer see the object. `status` is what success answers when `perform` does not say; without
    `gives` it is 204. `also` lists other successes for the schema, such as 200 where a repeat finds what exists.
    `takes_form` is what a form holds where JSON is taken too.
    """

    takes: ClassVar[type[Input]] = Empty
    takes_form: ClassVar[type[Input] | None] = None
    gives: ClassVar[Output | None] = None
    status: ClassVar[int] = 200
    also: ClassVar[Mapping[int, Output | None]] = {}
    decides: ClassVar[bool] = False
    needs_key: ClassVar[bool] = True

    def perform(self, call: Call) -> Reply:
        raise NotImplementedError

    def authorise(self, call: Call) -> None:
        """Nothing is refused here by default: the command asks its policy."""

    def prepare(self, call: Call) -> Any:
        """What must be had from elsewhere before the transaction begins; `perform` finds it as `call.prepared`."""
        return None

    def post(self, request: Request, **path: str) -> HttpResponse:
        key = idempotency.key_of(request._request) if self.needs_key else ""
        body = parsers.body_of(request)
        call = self.call(request, path, body=body)
        self.authorise(call)
        if not self.needs_key:
            return idempotency.response_of(self._carried_out(request, call), is_replay=False)
        once: dict[str, Any] = {
            "principal": call.actor.ref,
            "operation": f"{request.method} {request.path}",
            "key": key,
            "request_hash": fingerprint(body, request._request.GET.dict(), call.actor.only),
        }
        result: Replay | Fresh | None = earlier_answer(**once)
        if result is None:
            result = run_once(**once, now=self.now, effect=self._effect(self._understood(request, call)))
        return idempotency.response_of(result.answer, is_replay=isinstance(result, Replay))

    def reply(self, instance: Any, call: Call, **options: Any) -> Reply:
        """The instance through `gives`, with this view's status, tagged when it has a version."""
        if self.gives is None:
            raise TypeError(f"{type(self).__name__} says nothing of what it gives")
        data = self.rendered(self.gives, instance, call)
        return Reply(data, **{"status": self.status, "version": getattr(instance, "version", None), **options})

    def _understood(self, request: Request, call: Call) -> Call:
        version = etags.expected_version(request._request) if self.decides else None
        is_form = parsers.is_form(request)
        takes = self.takes_form if is_form and self.takes_form is not None else self.takes
        try:
            values = takes.read(call.body, is_form=is_form)
        except ValidationError as error:
            raise Invalid(errors=field_errors(error.detail)) from None
        prepare_uploads((value for value in values.values() if isinstance(value, UploadedFile)), call.actor)
        understood = replace(call, values=values, version=version)
        return replace(understood, prepared=self.prepare(understood))

    def _effect(self, call: Call) -> Callable[[], Answer]:
        return lambda: self.encoded(self.perform(call))

    def _carried_out(self, request: Request, call: Call) -> Answer:
        return self.encoded(self.perform(self._understood(request, call)))
