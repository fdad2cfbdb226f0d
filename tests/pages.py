"""Browsers without a script, and pages as tests read them: HTML without the white space that no browser shows."""

import re
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from casework import clock

KEPT = re.compile("({})".format("|".join(rf"<{tag}\b.*?</{tag}>" for tag in ("textarea", "pre", "script"))), re.DOTALL)
RUNS = re.compile(r'(?P<value>"[^"]*")|\s+')
BLOCKS = (
    r"article|blockquote|body|br|button|caption|dd|details|div|dl|dt|fieldset|footer|form|h\d|head|header|hr|html|label|"
    r"legend|li|main|nav|ol|option|p|section|select|summary|table|tbody|td|th|thead|title|tr|ul"
)
BESIDE_BLOCK = re.compile(rf"""\s*(</?(?:{BLOCKS})\b(?:"[^"]*"|[^>"])*>)\s*""")


def living(**ago: int) -> Any:
    """The fixture `now` of a module that asks pages, which read the clock themselves: its world began so long ago."""

    @pytest.fixture(scope="module")
    def now(module_database: Any) -> datetime:
        with module_database():
            return clock.now() - timedelta(**ago)

    return now


def page_of(answer: HttpResponse) -> str:
    """The HTML with one space where there is white space, and none beside a block or at the end of a tag."""
    parts = KEPT.split(answer.content.decode())
    for index in range(0, len(parts), 2):  # between them stands what is kept
        parts[index] = BESIDE_BLOCK.sub(r"\1", RUNS.sub(lambda run: run["value"] or " ", parts[index])).replace(
            " >", ">"
        )
    return "".join(parts)


def text_of(answer: HttpResponse) -> str:
    """The page with its characters as they are read; nothing of what is no page."""
    return unescape(page_of(answer)) if "html" in answer["Content-Type"] else ""


def sign_in(client: Client, who: Any, language: str = "en") -> Client:
    """An actor, or somebody who works for an executor, is signed in there with a second factor."""
    user = User.objects.get(pk=who.user_id)
    User.objects.filter(pk=user.pk).update(language="zh-hans" if language.startswith("zh") else "en")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "mfa"}]
    session.save()
    return client


def browser(who: Any, language: str = "en", **options: Any) -> Client:
    return sign_in(Client(headers={"accept-language": language}, **options), who, language)


class Visitor:
    """One person at pages: each answer has the expected status, and is given back as its text."""

    def __init__(self, who: Any, language: str = "en") -> None:
        self.client = browser(who, language)

    def sees(self, path: str, *, status: int = 200) -> str:
        return text_of(self.checked(self.client.get(path), status))

    def sends(self, path: str, data: dict[str, Any] | None = None, *, status: int = 302) -> str:
        return text_of(self.checked(self.posts(path, data), status))

    def posts(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        return self.client.post(path, data or {}, **more)  # type: ignore[return-value]

    @staticmethod
    def checked(answer: HttpResponse, status: int) -> HttpResponse:
        assert answer.status_code == status, (answer.status_code, text_of(answer)[-3000:])
        return answer


class Form(HTMLParser):
    """What a browser would send of one form, named by its id, test id or action, and where its buttons send it."""

    def __init__(self, page: str, of: str) -> None:
        super().__init__()
        self.of, self.fields, self.buttons = of, dict[str, list[str]](), list[str]()
        self.is_in, self.area, self.select, self.action = False, "", "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            sends_there = a.get("method") == "post" and a.get("action") in (self.of, "")
            self.is_in = sends_there if self.of.startswith("/") else self.of in (a.get("id"), a.get("data-testid"))
            self.action = a.get("action", "") if self.is_in else self.action
        if not self.is_in and a.get("form") != self.of:
            return
        name = a.get("name", "")
        if tag == "button" and a.get("type") == "submit":
            self.buttons.append(a.get("formaction") or self.action)
        elif tag in ("textarea", "select") and name:
            self.area, self.select = (name, "") if tag == "textarea" else ("", name)
            self.fields[name] = [""]
        elif tag == "option" and "selected" in a:
            self.fields[self.select] = [a["value"]]
        elif tag == "input" and name and "disabled" not in a:
            if a.get("type") not in ("radio", "checkbox") or "checked" in a:
                self.fields.setdefault(name, []).append(a.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.is_in = self.is_in and tag != "form"


def is_covered(page: str, picture: str) -> bool:
    """Whether the picture from this address stands in the page only inside what is closed until it is asked for."""
    assert f'src="{picture}"' in page
    return f'src="{picture}"' not in re.sub(r'<details class="covered".*?</details>', "", page, flags=re.DOTALL)
