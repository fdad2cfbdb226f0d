"""Drafts of disputes: what somebody typed on the way to opening one, in their session, one draft per order.

So each step is a page of its own that can be gone back to, reloaded and come forward to, and two tabs about two orders
do not mix. Files are not kept: they are handed in with the last step.
"""

from collections.abc import Mapping

from django.contrib.sessions.backends.base import SessionBase

from disputes.web.forms import STATEMENT

KEY = "disputes.opening"
FIELDS = ("ground", "remedy", "amount", "notice", "statement")
MAX_ORDERS = 8
LONGEST = 25 * STATEMENT  # what is too long is shown as such at its field, and not cut to what would fit


class OpeningDraft:
    """The draft about one order; empty where nothing was typed yet."""

    def __init__(self, session: SessionBase, order_ref: str) -> None:
        self.session, self.order_ref = session, order_ref
        held = session.get(KEY, {}).get(order_ref, {})
        self.typed: dict[str, str] = held.get("typed", {})
        self.opened: str = held.get("opened", "")
        """The dispute that this draft became; as long as nothing new was begun about the order."""

    def update(self, sent: Mapping[str, str]) -> None:
        """Keeps the fields that were sent; the others stay as they were."""
        self.typed |= {name: sent[name][:LONGEST] for name in FIELDS if name in sent}
        self.opened = ""
        self._store({"typed": self.typed})

    def mark_opened(self, dispute_ref: str) -> None:
        """Marks the draft as opened; its words are in the dispute now."""
        ground = self.typed.get("ground", "")
        self.typed, self.opened = {"ground": ground}, dispute_ref
        self._store({"typed": self.typed, "opened": dispute_ref})

    def is_repeated_by(self, sent: Mapping[str, str]) -> bool:
        """Whether the button is pressed a second time, on a page that the browser still held."""
        return bool(self.opened) and sent.get("ground") == self.typed.get("ground")

    def _store(self, held: dict[str, object]) -> None:
        drafts = {ref: each for ref, each in self.session.get(KEY, {}).items() if ref != self.order_ref}
        newest = dict(list(drafts.items())[-(MAX_ORDERS - 1) :])
        self.session[KEY] = newest | {self.order_ref: held}
