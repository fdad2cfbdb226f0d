"""A seat that two people signed, and a matter of the same office."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from accounts.queries import actor_of_user
from authorities import commands
from authorities.models import Matter, Seat
from casework.actor import Actor, Via
from rules import commands as rules

OFFICE = "杭州市市场监督管理局"


class Seating:
    """carl proposes and drafts, dora signs and sends; zhou reads."""

    def __init__(self, now: Any, carl: Actor, dora: Actor) -> None:
        self.now, self.carl, self.dora = now, carl, dora

    def proposed(self, **changes: Any) -> Any:
        about = {"office": OFFICE, "name": "周明", "basis": "办法第三十三条", "purpose": "抽查申诉处理情况。"}
        about |= {"username": "zhou.ming", "until": self.now + timedelta(days=30)} | changes
        return commands.propose_seat(actor=self.carl, now=self.now, **about)

    def seat(self, **changes: Any) -> Seat:
        change = self.proposed(**changes)
        rules.sign_change(actor=self.dora, ref=change.ref, now=self.now)
        return Seat.objects.get(change=change)

    def zhou(self) -> Actor:
        return actor_of_user(User.objects.get(username="zhou.ming"), via=Via.WEB, session="s")

    def matter(self, **changes: Any) -> Matter:
        about = {"kind": "DATA", "office": OFFICE, "document_no": "杭市监网函〔2026〕12号", "asked": "请提供数据。"}
        about |= {"received_at": self.now - timedelta(days=1), "due_at": self.now + timedelta(days=10)} | changes
        return commands.register_matter(actor=self.carl, now=self.now, **about)

    def sent(self, matter: Matter) -> Matter:
        commands.draft_answer(actor=self.carl, ref=matter.ref, answer="现报送如下。", now=self.now)
        return commands.send_answer(actor=self.dora, ref=matter.ref, now=self.now)
