"""An app's first half hour: sign in, list one's disputes, hand in a picture, and talk in the room as it happens.

    python docs/quick_start.py http://127.0.0.1:8000 USERNAME PASSWORD PICTURE

Needs `httpx` and `websockets`. Takes the first dispute in which there is something to show; the picture stays a draft
of one's own until it is submitted.
"""

import json
import sys
import uuid
from pathlib import Path

import httpx
from websockets.sync.client import connect

site, username, password, picture = sys.argv[1:]
socket = site.replace("http", "ws", 1)
api = httpx.Client(base_url=f"{site}/api/v1/", headers={"Accept-Language": "en"}, timeout=30)
signed_in = api.post("auth/token", json={"username": username, "password": password, "device": "quick start"})
api.headers["Authorization"] = f"Bearer {signed_in.raise_for_status().json()['token']}"

listed = api.get("disputes", params={"limit": 100}).raise_for_status().json()["items"]
for each in listed:
    print(each["number"], each["state"]["label"])

disputes = (api.get(f"disputes/{each['ref']}").raise_for_status().json() for each in listed)
ref, place = next(
    (each["ref"], action["href"]) for each in disputes for action in each["actions"] if action["name"] == "evidence"
)
once = {"Idempotency-Key": str(uuid.uuid4())}  # a retry with the same key is the same picture
file = {"file": (Path(picture).name, Path(picture).read_bytes())}
staged = api.post(site + place, data={"caption": "How it came"}, files=file, headers=once).raise_for_status().json()
print(staged["evidence"]["sha256"])

ticket = api.post("ws-tickets", json={}).raise_for_status().json()["ticket"]
mine = str(uuid.uuid4())
with connect(f"{socket}/ws/v1/disputes/{ref}/?ticket={ticket}&after=0") as room:
    room.send(json.dumps({"type": "message", "client_id": mine, "text": "你好"}))
    for text in room:
        frame = json.loads(text)
        print(frame["type"], frame.get("sequence", ""), frame.get("text", ""))
        if frame.get("client_id") == mine:  # our own, as it is on record now
            break
