"""The same doors under ASGI, which is what serves: axes and our middleware take another way through there.

The tests are synchronous outside, so that the views run in the thread which holds the test's transaction.
"""

import functools
import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as conf
from django.core.management import call_command
from django.test import AsyncClient

from accounts.models import User
from accounts.queries import actor_of_user
from casework.actor import Via
from tests.accounts.conftest import PASSWORD, code, enrol

pytestmark = pytest.mark.once


def through_asgi(test):
    """The test, run to its end from the calling thread."""

    @functools.wraps(test)
    def run(**fixtures):
        async_to_sync(test)(**fixtures)

    return run


BACKEND = "django.contrib.auth.backends.ModelBackend"


async def sign_in(client: AsyncClient, name: str, password: str, **more: str):
    body = json.dumps({"username": name, "password": password, **more})
    return await client.post("/api/v1/auth/token", body, content_type="application/json")


@through_asgi
async def test_a_lock_out_is_a_problem_for_the_api_and_a_page_for_people(owner):
    client = AsyncClient()
    for _i in range(conf.AXES_FAILURE_LIMIT):
        await sign_in(client, owner.username, "wrong-pass-phrase")

    api = await sign_in(client, owner.username, PASSWORD)
    page = await client.post(
        "/account/login/", {"login": owner.username, "password": PASSWORD}, headers={"accept-language": "en"}
    )

    assert (api.status_code, api.json()["type"]) == (429, "/problems/too-many-requests")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "900")
    assert "Too many attempts" in page.content.decode()


@through_asgi
async def test_staff_pages_stay_shut_without_a_second_factor(reviewer):
    client = AsyncClient()
    stranger = await client.get("/workbench/queue/")
    await client.aforce_login(reviewer, backend=BACKEND)
    staff = await client.get("/workbench/queue/")

    assert stranger.headers["Location"].startswith("/account/login/")
    assert staff.headers["Location"].startswith("/account/2fa/totp/activate/")


@through_asgi
async def test_a_code_and_a_session_work_the_same(reviewer):
    await sync_to_async(enrol)(reviewer)
    client = AsyncClient()
    await client.post("/account/login/", {"login": reviewer.username, "password": PASSWORD})
    await client.post("/account/2fa/authenticate/", {"code": code()})

    assert (await client.get("/admin/")).status_code == 200


@through_asgi
async def test_a_token_carries_its_person(owner):
    token = (await sign_in(AsyncClient(), owner.username, PASSWORD)).json()["token"]

    me = await AsyncClient().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})

    assert me.json()["ref"] == owner.ref


@pytest.mark.django_db
def test_the_first_administrator_comes_from_the_console_of_the_machine(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="root", email="", interactive=False, verbosity=0)

    actor = actor_of_user(User.objects.get(username="root"), via=Via.ADMIN, session="s")

    assert actor.has_role("administrator")
    assert actor.ref.startswith("usr_")
