"""Small endpoints that exercise the base classes; an effect is a row of `Tick`, whose table no case depends on.

The token is the name of who asks; `nobody` is refused.
"""

import threading
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, OperationalError
from django.urls import include, path, re_path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers as outputs
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from casework.actor import Actor, ActorKind, Via
from casework.errors import DeadlinePassed, NotFound
from casework.models import IdempotencyKey
from config.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from operations.models import Tick
from surfaces.api import inputs as shapes
from surfaces.api.parsers import BoundedMultiPartParser
from surfaces.api.views import Call, CommandView, ListView, ReadView, Reply

GATE = threading.Event()
ENTERED = threading.Event()


class ByName(BaseAuthentication):
    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).decode().split()
        if not words:
            return None
        if words[-1] == "nobody":
            raise AuthenticationFailed
        kind = ActorKind.CLIENT if words[-1].startswith("cli_") else ActorKind.PARTY
        request.actor = Actor(kind=kind, via=Via.API, ref=words[-1])
        return AnonymousUser(), None


class ByNameScheme(OpenApiAuthenticationExtension):
    target_class = ByName
    name = "byName"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class NestedInput(shapes.Input):
    words = shapes.Text(max_length=50, required=False)


class TickInput(shapes.Input):
    name = shapes.Line(max_length=40)
    note = shapes.Text(max_length=2000, required=False, allow_blank=True)
    count = shapes.Integer(min_value=0, max_value=100, required=False)
    share = shapes.Number(required=False)
    is_open = shapes.Boolean(required=False)
    at = shapes.Moment(required=False)
    colour = shapes.Choice(choices=["RED", "BLUE"], required=False)
    words = shapes.Items(max_length=3, child=shapes.Line(max_length=10), required=False)
    nested = NestedInput(required=False)
    rows = NestedInput(many=True, max_length=3, required=False)

    example = {"name": "one"}


class TickOutput(outputs.Serializer[Any]):
    name = outputs.CharField()
    note = outputs.CharField()


class KeyOutput(outputs.Serializer[Any]):
    key = outputs.CharField()


class Base:
    authentication_classes = (ByName,)


class MakeTickView(Base, CommandView):
    """Make a tick."""

    takes, gives, status = TickInput, TickOutput, 201

    def perform(self, call: Call) -> Reply:
        name = call.values["name"]
        Tick.objects.create(name=name, at=call.now)
        if name == "late":
            raise DeadlinePassed
        if name == "bug":
            raise RuntimeError("secret detail")
        if name == "down":
            raise OperationalError("database is locked")
        if name == "slow":
            ENTERED.set()
            GATE.wait(20)
        shown = SimpleNamespace(name=name, note=call.values.get("note", ""), version=1)
        return self.reply(shown, call, headers={"Location": f"/api/v1/ticks/{name}"})


class BreakLawView(Base, CommandView):
    """Break a law of the database."""

    gives = TickOutput

    def perform(self, call: Call) -> Reply:
        IdempotencyKey.objects.all().delete()
        raise AssertionError("unreachable")


class BreakNamelessView(Base, CommandView):
    """Break a law that nobody declared."""

    gives = TickOutput

    def perform(self, call: Call) -> Reply:
        raise IntegrityError("something internal")


class DecideView(Base, CommandView):
    """Decide on a version."""

    decides = True

    def perform(self, call: Call) -> Reply:
        return Reply({"version": call.version}, version=call.version)


class NothingView(Base, CommandView):
    """Answers without a body."""

    def perform(self, call: Call) -> Reply:
        Tick.objects.create(name="nothing", at=call.now)
        return Reply()


class FileInput(shapes.Input):
    file = outputs.FileField()
    caption = shapes.Text(max_length=20, allow_blank=True)
    count = shapes.Integer(required=False)
    is_open = shapes.Boolean(required=False)

    example = {"file": "(binary)", "caption": "a"}


class UploadView(Base, CommandView):
    """Take a file."""

    takes = FileInput
    parser_classes = (BoundedMultiPartParser,)
    max_upload = 10_000

    def perform(self, call: Call) -> Reply:
        values = dict(call.values)
        return Reply({**values, "file": values["file"].size})


class TickView(Base, ReadView):
    """One tick."""

    shows, filters = TickOutput, {"note": "What its note says."}

    def read(self, call: Call) -> Reply:
        if call.path["ref"] in ("missing", "foreign"):
            raise NotFound
        shown = SimpleNamespace(name=call.path["ref"], note=call.query.get("note", ""), version=7)
        return self.shown(shown, call)


class NumberView(Base, ReadView):
    """One number."""

    shows = TickOutput

    def read(self, call: Call) -> Reply:
        return Reply({"count": Tick.objects.filter(name__length=call.path["no"]).count()})


class KeysView(Base, ListView):
    """Keys, newest first."""

    shows = KeyOutput
    synced_by = "created_at"

    def rows(self, call: Call) -> Any:
        return IdempotencyKey.objects.filter(operation="list")


class OtherKeysView(KeysView):
    """The same in another list, to which a cursor of the first says nothing."""

    operation = {"GET": "listOtherKeys"}


class OpenView(Base, ReadView):
    """Anybody may read this."""

    is_public = True
    shows = TickOutput

    def read(self, call: Call) -> Reply:
        return Reply({"name": "open", "note": ""})


ours = [
    path("ticks", MakeTickView.as_view()),
    path("ticks/<str:ref>", TickView.as_view()),
    path("ticks/<str:ref>/decide", DecideView.as_view()),
    path("numbers/<int:no>", NumberView.as_view()),
    path("break-law", BreakLawView.as_view()),
    path("break-nameless", BreakNamelessView.as_view()),
    path("nothing", NothingView.as_view()),
    path("upload", UploadView.as_view()),
    path("keys", KeysView.as_view()),
    path("other-keys", OtherKeysView.as_view()),
    path("open", OpenView.as_view()),
]


def broken_page(_request: Any) -> Any:
    raise RuntimeError("secret detail")


urlpatterns = [
    path("api/v1/", include(ours)),
    re_path("^broken-page$", broken_page),
    path("api/v1/broken", broken_page),
    *urlpatterns,
]
