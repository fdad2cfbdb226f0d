"""What people are told: that something happened and where to read it, in their language, and nothing of the case."""

import pytest

from accounts.mail import send_messages
from accounts.models import User
from casework import outbox
from casework.models import OutboxMessage
from tests import factories as make

pytestmark = pytest.mark.once


def test_everybody_of_the_party_is_told_and_nothing_of_the_case_leaves(world, now, mailoutbox):
    User.objects.filter(pk=world.alice.user_id).update(email="alice@example.com", language="en")
    User.objects.filter(pk=world.alice_staff.user_id).update(email="staff@example.com", language="zh-hans")
    User.objects.filter(pk=world.eve.user_id).update(email="eve@example.com")
    notice = world.notice()
    appeal = make.file(world.alice, notice, now=now, statement="a secret sentence")

    outbox.sweep(now=now)

    told = [(m.to, m.subject) for m in mailoutbox if notice.number in m.subject]
    assert sorted(to for [to], _subject in told) == ["alice@example.com", "staff@example.com"]
    assert any(appeal.number in m.subject and m.to == ["alice@example.com"] for m in mailoutbox)
    assert not any("eve@example.com" in m.to for m in mailoutbox)
    everything = " ".join(m.subject + m.body for m in mailoutbox)
    assert "a secret sentence" not in everything
    assert notice.facts not in everything
    assert f"/appeals/{appeal.ref}/" in everything


def test_a_mail_server_that_fails_is_tried_again_and_nothing_else_waits(world, now, monkeypatch):
    User.objects.filter(pk=world.alice.user_id).update(email="alice@example.com")
    world.notice()

    def refuse(*_args, **_kwargs):
        raise OSError("no route")

    monkeypatch.setattr("accounts.mail.EmailMessage.send", refuse)
    outbox.sweep(now=now)

    waiting = OutboxMessage.objects.get(subscriber="notices.subscribers.tell_party")
    assert (waiting.state, waiting.attempts) == ("PENDING", 1)
    assert waiting.next_attempt_at > now


def test_words_that_would_add_a_line_to_a_mail_s_head_are_not_sent(mailoutbox):
    with pytest.raises(ValueError, match="linefeed"):
        send_messages([("alice@example.com", "en")], what="Decided\r\nBcc: eve@example.com", number="A-1", path="/")
    with pytest.raises(ValueError, match="linefeed"):
        send_messages([("a@example.com\nBcc: eve@example.com", "en")], what="Decided", number="A-1", path="/")

    assert mailoutbox == []
