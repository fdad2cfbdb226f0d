"""People in front of pages about executors, and an act that was overturned. What does not belong here: expectations."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from appeals.subscribers import tell_executors
from casework.actor import Actor
from casework.models import Event
from executors.models import ExecutorPerson, Incident
from tests import factories as make
from tests.executors import building as build
from tests.pages import page_of


class Visitor:
    """One person's browser, without a script."""

    def __init__(self, who: Actor | ExecutorPerson, language: str = "en") -> None:
        user = who.user if isinstance(who, ExecutorPerson) else User.objects.get(ref=who.ref)
        User.objects.filter(pk=user.pk).update(language="zh-hans" if language.startswith("zh") else "en")
        self.client = Client(headers={"accept-language": language})
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = self.client.session
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": "mfa"}]
        session.save()

    def sees(self, path: str, *, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[-3000:])
        return unescape(page_of(answer))

    def sends(self, path: str, data: dict[str, Any] | None = None, *, status: int = 302) -> str:
        answer = self.posts(path, data)
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[-3000:])
        return unescape(page_of(answer))

    def posts(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        return self.client.post(path, data or {}, **more)  # type: ignore[return-value]


def overturned(firm: build.Firm, *, now: datetime, **changes: Any) -> Incident:
    """A notice of the firm's first person is appealed against and revoked; the incident has opened by itself."""
    notice = firm.issue(now=now, **changes)
    world = firm.world
    appeal = make.file(world.alice, notice, now=now)
    decided = make.decide(world.rita, make.ready_to_decide(world.rita, appeal, now=now), now=now)
    event = Event.objects.get(case_kind="appeal", case_id=decided.pk, type="appeal.decided")
    tell_executors(event, now=now + timedelta(seconds=1))
    return Incident.objects.get(act=notice.act)
