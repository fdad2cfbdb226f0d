"""What every answer carries, whoever made it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory

from config import middleware

pytestmark = pytest.mark.once


def policy(response: HttpResponse) -> dict[str, list[str]]:
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.django_db
def test_pages_run_no_inline_script_and_no_inline_style(client: Client) -> None:
    found = policy(client.get("/account/login/"))

    assert found["default-src"] == ["'none'"]
    assert [value for value in found["script-src"] if not value.startswith("'nonce-")] == ["'self'"]
    assert found["style-src"] == ["'self'"]
    assert found["frame-ancestors"] == found["base-uri"] == found["object-src"] == ["'none'"]
    assert found["form-action"] == ["'self'"]


@pytest.mark.django_db
def test_only_the_admin_has_the_relaxed_policy(client: Client) -> None:
    found = policy(client.get("/admin/login/"))

    assert found["script-src"] == ["'self'", "'unsafe-eval'"]
    assert found["style-src"] == ["'self'", "'unsafe-inline'"]
    assert "'unsafe" not in client.get("/administration/")["Content-Security-Policy"]


@pytest.mark.django_db
async def test_headers_are_the_same_under_asgi(async_client: AsyncClient) -> None:
    console = await async_client.get("/admin/login/")
    page = await async_client.get("/account/login/")

    assert policy(console)["script-src"] == ["'self'", "'unsafe-eval'"]
    assert page["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_browser_protections_are_on_every_page(client: Client) -> None:
    response = client.get("/account/login/")

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    ("request_headers", "cookies", "expected"),
    [
        ({}, {}, "public, max-age=60"),
        ({"Authorization": "Bearer tok_x"}, {}, "private, no-store"),
        ({}, {"sessionid": "s"}, "private, no-store"),
    ],
)
def test_an_answer_to_somebody_known_is_never_stored(
    request_headers: dict[str, str], cookies: dict[str, str], expected: str
) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("…", headers={"Cache-Control": "public, max-age=60"})

    request = RequestFactory().get("/rules/", headers=request_headers)
    request.COOKIES.update(cookies)

    assert middleware.response_guard(view)(request)["Cache-Control"] == expected


@pytest.mark.django_db
def test_nobody_can_sign_up_on_their_own(client: Client) -> None:
    response = client.post("/account/signup/", {"username": "mallory", "password1": "a long enough pass phrase"})

    assert "_auth_user_id" not in client.session
    assert response.status_code == 200
