"""Every read that the document says can answer 304 sends a tag, and answers 304 to it."""

import pytest
from django.urls import resolve

from config.api.documents import document
from surfaces.api.views import ReadView
from tests.surfaces.people import Http, token_of, user_of


def test_what_promises_it_is_read_in_one_way():
    reads = {path: methods["get"] for path, methods in document("en")["paths"].items() if "get" in methods}
    promised = [path for path, read in reads.items() if "304" in read["responses"]]
    assert len(promised) > 35
    others = []
    for path in promised:
        address = path.replace("{no}", "1").replace("{sequence}", "1").replace("{ref}", "x").replace("{user}", "x")
        view = resolve(address).func.cls
        if not issubclass(view, ReadView) or view.get is not ReadView.get or hasattr(view, "rows"):
            others.append(path)
    assert others == []


@pytest.mark.parametrize("path", ["me", "todo", "terms", "measure-types", "burden-tables/current"])
def test_an_unchanged_answer_is_304(world, path):
    http = Http(token_of(user_of(world.alice), now=world.now))
    first = http("GET", f"/api/v1/{path}")
    if first.status_code == 404:
        pytest.skip("nothing of it in this world")

    assert first.status_code == 200
    again = http("GET", f"/api/v1/{path}", If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
