"""The site can be kept as an app, and what a browser keeps of it for times without a connection is about nobody."""

import json
import re

import pytest
from django.contrib.staticfiles import finders

from tests.appeals.test_workbench import browser

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("language", "name", "lang"), [("en", "Appeals centre", "en"), ("zh-hans", "申诉中心", "zh-Hans")]
)
def test_the_manifest_names_the_site_and_its_icons(client, db, language, name, lang):
    answer = client.get("/manifest.webmanifest", headers={"accept-language": language})
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["name"], said["lang"], said["start_url"], said["display"]) == (name, lang, "/", "standalone")
    assert {"192x192", "512x512", "any"} == {icon["sizes"] for icon in said["icons"]}
    for icon in said["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


@pytest.mark.parametrize("name", ["assetlinks.json", "apple-app-site-association"])
def test_links_open_the_apps_that_the_settings_name(client, db, settings, name):
    assert client.get(f"/.well-known/{name}").status_code == 404

    settings.APP_LINKS = {name: [{"target": {"package_name": "com.example.app"}}]}
    answer = client.get(f"/.well-known/{name}")
    assert (answer["Content-Type"], answer.json()) == ("application/json", settings.APP_LINKS[name])


def kept(client, language):
    script = client.get(f"/service-worker.js?language={language}")
    assert script["Content-Type"] == "text/javascript"
    assert script["Cache-Control"] == "no-cache"
    return json.loads(re.search(r"= (\{.*\});", script.content.decode())[1])


def test_the_page_without_a_connection_is_the_same_for_everybody(client, world, settings):
    settings.HELP_LINE = "400-000-0000"
    for language, said in (("en", "No connection"), ("zh-hans", "网络已断开")):
        stored = kept(client, language)
        assert all(finders.find(path.removeprefix("/static/")) for path in stored["drawnWith"])
        page = client.get(stored["page"]).content.decode()
        assert f"<h1>{said}</h1>" in page
        assert "400-000-0000" in page
        assert page == browser(world.alice).get(stored["page"]).content.decode()
        assert "csrf" not in page
    assert kept(client, "en")["version"] != kept(client, "zh-hans")["version"]
    assert kept(client, "xx") == kept(client, "zh-hans")
