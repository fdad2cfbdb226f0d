"""A receiver on this machine that answers as a test says, and what it was sent. No test waits for a clock here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from accounts.models import ApiClient
from accounts.queries import actor_of_client
from casework import outbox
from webhooks import commands, queries
from webhooks.models import WebhookEndpoint, WebhookSecret


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """`answers` are given one after the other, the last one for ever: a status, or (status, headers, body)."""

    url: str = ""
    answers: list[Any] = field(default_factory=lambda: [204])
    got: list[Received] = field(default_factory=list)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    hold: threading.Event = field(default_factory=threading.Event)

    def next(self) -> tuple[int, dict[str, str], bytes]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, tuple) else (answer, {}, b"")


@contextmanager
def receiver(*answers: Any, held: bool = False) -> Iterator[Receiver]:
    found = Receiver(answers=list(answers) or [204])
    if not held:
        found.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found.got.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            found.came.release()
            found.hold.wait(60)
            status, headers, text = found.next()
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
            except OSError:
                pass  # whoever asked has gone

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.url = f"http://127.0.0.1:{server.server_port}/hooks"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield found
    finally:
        found.hold.set()
        server.shutdown()
        server.server_close()


def permit(client: ApiClient, *scopes: str) -> Any:
    """The client may set webhooks up, and more; as an actor."""
    client.scopes = sorted({*client.scopes, "webhooks:read", "webhooks:write", *scopes})
    client.save()
    return actor_of_client(client)


def endpoint(world: Any, url: str, **more: Any) -> WebhookEndpoint:
    made, _secret = commands.create_endpoint(actor=permit(world.client), url=url, now=world.now, **more)
    return made


def secret_of(made: WebhookEndpoint) -> str:
    return str(queries.plain_of(WebhookSecret.objects.get(endpoint=made, ends_at__isnull=True)))


def told(now: Any) -> None:
    """What follows from every event so far is carried out."""
    while outbox.sweep(now=now):
        pass


def deliver_batch(made: WebhookEndpoint, now: Any) -> int:
    """All that is due at this endpoint at this moment, one after the other; how many were sent."""
    done = 0
    while attempts := commands.begin_attempts(made.pk, now=now):
        commands.carry_out(attempts[0], clock=lambda: now)
        done += 1
    return done
