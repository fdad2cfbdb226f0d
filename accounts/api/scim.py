"""SCIM 2.0 (RFC 7643, 7644): the provider of single sign-on says who works here and who has left.

Its client sees whoever signs in at the provider and nobody else; groups are not taken, since roles are an
administrator's to grant. What it says beyond `KEPT` is not kept.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from accounts import commands
from accounts.api.authentication import BearerToken
from accounts.models import SignOn
from accounts.policies import active, may_provide_people
from casework.actor import Actor
from casework.errors import CaseError, Invalid, NotYourTurn, or_not_found, require
from surfaces.api.callers import actor_of
from surfaces.api.parsers import StrictJSONParser, body_of
from surfaces.api.problems import refusal_for
from surfaces.api.rendering import moment, to_bytes
from surfaces.api.views import ApiView

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
MESSAGE = "urn:ietf:params:scim:api:messages:2.0:"
MEDIA = "application/scim+json"
MOST = 200
"""On one page."""

TERM = re.compile(
    r'(userName|externalId|id|emails(?:\.value|\[type eq "work"\]\.value)?) eq "([^"\\]*)"', re.IGNORECASE
)
COLUMNS = {"username": "user__username__iexact", "externalid": "external_ref", "id": "user__ref"}
KEPT = {"username": "userName", "externalid": "externalId", "displayname": "displayName", "active": "active"}
NARROWED = ("attributes", "excludedAttributes")
TYPES = {"true": True, "false": False}


def _attribute(name: str, kind: str, says: str, **more: Any) -> dict[str, Any]:
    rest = {"multiValued": False, "required": False, "caseExact": False, "mutability": "readWrite"}
    return {"name": name, "type": kind, "description": says, **rest, "returned": "default", "uniqueness": "none"} | more


SCHEMA = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    "id": USER,
    "name": "User",
    "description": "Somebody of the platform's own people",
    "attributes": [
        _attribute("userName", "string", "The name of the account", required=True, uniqueness="server"),
        _attribute("displayName", "string", "The name of the person"),
        _attribute("active", "boolean", "Whether they get in", required=True),
        _attribute(
            "emails",
            "complex",
            "Where they are reached; one is kept",
            multiValued=True,
            subAttributes=[_attribute("value", "string", "The address")],
        ),
    ],
    "meta": {"resourceType": "Schema", "location": f"/scim/v2/Schemas/{USER}"},
}
TYPE = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    "id": "User",
    "name": "User",
    "endpoint": "/Users",
    "description": SCHEMA["description"],
    "schema": USER,
    "meta": {"resourceType": "ResourceType", "location": "/scim/v2/ResourceTypes/User"},
}
CONFIG = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": MOST},
    **{name: {"supported": False} for name in ("changePassword", "sort", "etag")},
    "authenticationSchemes": [
        {"type": "oauthbearertoken", "name": "Bearer token", "description": "Of an API client with people:write"}
    ],
    "meta": {"resourceType": "ServiceProviderConfig", "location": "/scim/v2/ServiceProviderConfig"},
}


class ScimParser(StrictJSONParser):
    media_type = MEDIA


class ScimView(ApiView):
    """An address of the protocol: open to a client with `people:write`, refused in the words of RFC 7644, 3.12."""

    authentication_classes = (BearerToken,)
    parser_classes: Any = (ScimParser, StrictJSONParser)
    schema: Any = None  # another standard's document describes it

    def parameters(self, method: str) -> Any:
        return frozenset({"filter", "startIndex", "count", "sortBy", "sortOrder", *NARROWED})

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return self.renderer_classes[0](), MEDIA  # it answers in one way, whatever is accepted

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require(may_provide_people(self.who))

    @property
    def who(self) -> Any:
        return actor_of(self.request)

    def handle_exception(self, exc: Exception) -> Any:
        refusal = refusal_for(exc)
        if isinstance(refusal, Invalid):
            is_taken = any(each.code == "taken" for each in refusal.errors)
            status, kind = (409, "uniqueness") if is_taken else (400, getattr(refusal, "kind", "invalidValue"))
            return _refused(status, _words(refusal), scimType=kind)
        response = _refused(refusal.status, _words(refusal))
        if refusal.status == 401:
            response["WWW-Authenticate"] = 'Bearer realm="scim"'
        return response


class AboutView(ScimView):
    """What the protocol asks of the service: its configuration, its schemas, its types of resources."""

    def get(self, request: Request, resource: str) -> HttpResponse:
        told: dict[str, Any] = {"ServiceProviderConfig": CONFIG, "Schemas": SCHEMA, "ResourceTypes": TYPE}
        at, _slash, ref = resource.partition("/")
        shown = told.get(at)
        if shown is None or (ref and ref != shown.get("id")):
            return _refused(404, "Not found")
        return _answer(shown if ref or at == "ServiceProviderConfig" else _list([shown], 1))

    def post(self, request: Request, resource: str) -> HttpResponse:
        """Searches of several types, bulks and groups: not offered."""
        return _refused(501 if resource in (".search", "Bulk") else 405, "Not offered")


class UsersView(ScimView):
    """Whoever signs in at the provider; POST makes somebody an account without role and password."""

    def get(self, request: Request) -> HttpResponse:
        rows, query = _people(), request._request.GET
        for term in re.split(r" and ", query.get("filter", ""), flags=re.IGNORECASE) if query.get("filter") else ():
            rows = rows.filter(_condition(term.strip()))
        start, count = max(1, _number(query.get("startIndex", "1"))), min(MOST, _number(query.get("count", str(MOST))))
        page = rows[start - 1 : start - 1 + max(0, count)]
        return _answer(_list([_asked(_resource(row), query) for row in page], start, total=rows.count()))

    def post(self, request: Request) -> HttpResponse:
        about, is_active = _stated(body_of(request))
        row = commands.provide_person(actor=self.who, now=self.now, **about)
        if not is_active:
            _set_active(row, False, actor=self.who, now=self.now)
        return _shown(row.user.ref, 201)


class UserView(ScimView):
    """One of them. `active` false, or DELETE, is leaving: they are out at once, and what they hold is handed over."""

    def get(self, request: Request, ref: str) -> HttpResponse:
        return _answer(_asked(_resource(_person(ref)), request._request.GET))

    def put(self, request: Request, ref: str) -> HttpResponse:
        return self._become(_person(ref), body_of(request))

    def patch(self, request: Request, ref: str) -> HttpResponse:
        row = _person(ref)
        return self._become(row, _patched(_resource(row), body_of(request)))

    def delete(self, request: Request, ref: str) -> HttpResponse:
        row = _person(ref)
        _set_active(row, False, actor=self.who, now=self.now)
        commands.end_sign_on(actor=self.who, row=row, now=self.now)
        return HttpResponse(status=204)

    def _become(self, row: SignOn, body: Any) -> HttpResponse:
        about, is_active = _stated(body)
        if not is_active:  # first, so that nothing else that is wrong keeps somebody in
            _set_active(row, False, actor=self.who, now=self.now)
        commands.change_person(actor=self.who, row=row, now=self.now, **about)
        if is_active:
            _set_active(row, True, actor=self.who, now=self.now)
        return _shown(row.user.ref)


def _people() -> QuerySet[SignOn]:
    return SignOn.objects.filter(active()).select_related("user").order_by("pk")


def _person(ref: str) -> SignOn:
    return or_not_found(_people().filter(user__ref=ref).first())


def _set_active(row: SignOn, wanted: bool, *, actor: Actor, now: datetime) -> None:
    """Out at once, and then, in a step of its own, what they hold: where nobody can take it they are out all the same,
    and the provider is told that it is not done.
    """
    if wanted:
        if not _is_active(row):
            commands.let_person_back(actor=actor, row=row, now=now)
        return
    commands.shut_out(actor=actor, row=row, now=now)
    if row.user.is_active:
        try:
            commands.deactivate_user(actor=actor, user=row.user, now=now)
        except Invalid as error:
            raise NotYourTurn(_words(error)) from None


def _is_active(row: SignOn) -> bool:
    return row.user.is_active and row.shut_at is None


def _resource(row: SignOn) -> dict[str, Any]:
    user = row.user
    shown = {"schemas": [USER], "id": user.ref, "userName": user.username, "active": _is_active(row)}
    more = {"externalId": row.external_ref, "displayName": user.display_name}
    shown |= {name: value for name, value in more.items() if value}
    if user.email:
        shown["emails"] = [{"value": user.email}]
    location = f"/scim/v2/Users/{user.ref}"
    return shown | {"meta": {"resourceType": "User", "created": moment(row.made_at), "location": location}}


def _asked(shown: dict[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    """The resource with the attributes that are asked for (RFC 7644, 3.9)."""
    only, but = ({each.strip().lower() for each in query.get(name, "").split(",")} - {""} for name in NARROWED)
    always = {"schemas", "id"}
    return {
        name: value
        for name, value in shown.items()
        if name in always or ((not only or name.lower() in only) and name.lower() not in but)
    }


def _stated(body: Any) -> tuple[dict[str, str], bool]:
    """What the body says of a person, and whether they are active. Raises `Invalid`."""
    if not isinstance(body, Mapping):
        raise Invalid
    told = {KEPT.get(name.lower(), name.lower()): value for name, value in body.items()}
    names: Any = told.get("name") if isinstance(told.get("name"), Mapping) else {}
    full = names.get("formatted") or f"{names.get('familyName') or ''} {names.get('givenName') or ''}".strip()
    texts = {
        "username": told.get("userName") or "",
        "external_ref": told.get("externalId") or "",
        "display_name": told.get("displayName") or full,
        "email": _address(told.get("emails")),
    }
    longest = {"username": 150, "external_ref": 200, "display_name": 120, "email": 254}
    if not all(isinstance(text, str) and len(text) <= longest[name] for name, text in texts.items()):
        raise Invalid
    is_active = told.get("active", True)
    is_active = (
        TYPES.get(is_active.lower(), is_active) if isinstance(is_active, str) else is_active
    )  # some send "False"
    if not isinstance(is_active, bool):
        raise Invalid
    return texts, is_active


def _address(emails: Any) -> Any:
    """The primary address of a list, else its first."""
    rows = [each for each in emails if isinstance(each, Mapping)] if isinstance(emails, list) else []
    return next((each for each in rows if each.get("primary") is True), rows[0] if rows else {}).get("value") or ""


def _patched(shown: dict[str, Any], body: Any) -> dict[str, Any]:
    """The resource with the operations of the body. What is not kept is let go, as providers send more than we keep."""
    operations = body.get("Operations") if isinstance(body, Mapping) else None
    if not isinstance(operations, list) or not all(isinstance(each, Mapping) for each in operations):
        raise Invalid
    for each in operations:
        verb, at, value = str(each.get("op", "")).lower(), each.get("path"), each.get("value")
        if verb not in ("add", "replace", "remove") or not (at is None or isinstance(at, str)):
            raise Invalid
        if at is None and not isinstance(value, Mapping):
            raise Invalid
        for name, said in value.items() if at is None else [(at, value)]:
            _set(shown, name, None if verb == "remove" else said)
    return shown


def _set(shown: dict[str, Any], name: str, value: Any) -> None:
    name = name.removeprefix(f"{USER}:")
    if name.lower().startswith("emails"):
        one = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else [{"value": value}]
        shown["emails"] = [] if value is None else one
    elif kept := KEPT.get(name.lower()):
        if value is None and kept in ("userName", "active"):
            raise Invalid
        shown[kept] = value


def _condition(term: str) -> Q:
    found = TERM.fullmatch(term)
    if found is None:
        error = Invalid()
        error.kind = "invalidFilter"  # type: ignore[attr-defined]
        raise error
    return Q(**{COLUMNS.get(found[1].lower(), "user__email__iexact"): found[2]})


def _number(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Invalid
    return int(text)


def _words(refusal: CaseError) -> str:
    return " ".join([str(refusal.detail), *(str(each.message) for each in refusal.errors)])


def _list(shown: list[Any], start: int, *, total: int | None = None) -> dict[str, Any]:
    counted = {"totalResults": len(shown) if total is None else total, "itemsPerPage": len(shown), "startIndex": start}
    return {"schemas": [f"{MESSAGE}ListResponse"], **counted, "Resources": shown}


def _shown(ref: str, status: int = 200) -> HttpResponse:
    answer = _answer(_resource(_person(ref)), status)
    answer["Location"] = f"/scim/v2/Users/{ref}"
    return answer


def _refused(status: int, detail: str, **more: str) -> HttpResponse:
    told = {"schemas": [f"{MESSAGE}Error"], "status": str(status), "detail": detail}
    return _answer(told | more, status)


def _answer(told: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(to_bytes(told), status=status, content_type=MEDIA)


urlpatterns = [
    path("Users", UsersView.as_view(), name="scim-users"),
    path("Users/<str:ref>", UserView.as_view(), name="scim-user"),
    path("<path:resource>", AboutView.as_view(), name="scim-about"),
]
