"""One hub per process: rooms with their sockets, and every entry of a room pushed to them in order, from the table.

An entry reaches the hub as what this process has just committed, or as an invalidation saying that a room's head has
moved; what lies between is read. Each socket remembers how far it is, and is pushed what comes next or else catches up
from the table.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.consumers import hubs
from accounts.consumers.authentication import current_actors
from accounts.consumers.frames import error, heartbeat, refusal
from accounts.consumers.publisher import Publisher
from accounts.consumers.sockets import MAX_QUEUE, NOT_ALLOWED, NOT_SIGNED_IN
from accounts.queries import Credential
from casework.actor import Actor
from casework.errors import CaseError
from disputes.commands.room import Posted
from disputes.consumers import frames
from disputes.consumers.frames import Frame
from disputes.consumers.sockets import Room, Socket
from disputes.consumers.writer import Outcome, Writer
from disputes.models import EntryKind
from disputes.participants import Entry, Participant, ParticipantColumns, lane_of, participant_for
from disputes.queries.room import entries_behind, heads_of, participants_of

logger = logging.getLogger(__name__)

SETTLE = 0.5  # seconds for a new socket to say where it resumes, before it is pushed what is new
PAGE = 100
TYPING = 2.0  # seconds between two typing frames of one socket


class Hub(hubs.Hub[Socket]):
    """The hub of the rooms' sockets."""

    def __init__(self, group: str, layer: Any) -> None:
        self.rooms: dict[int, Room] = {}
        self.marks: set[asyncio.Task[None]] = set()
        self._to_fill: set[int] = set()
        self._fill = asyncio.Event()
        self._second = 0
        super().__init__(group, layer, steps=(self._fill_gaps, self._tick), threads=2)
        self.writer = Writer(self.loop, self._committed)

    def stop(self) -> None:
        """Stops as every hub; what was queued is still written."""
        self.writer.stop()
        super().stop()

    def join_threads(self) -> None:
        self.writer.join()
        super().join_threads()

    def listeners(self) -> list[Socket]:
        return [socket for room in self.rooms.values() for socket in room.sockets]

    # — sockets come and go —

    def join(
        self,
        room_id: int,
        dispute_id: int,
        lane: str,
        head: int,
        credential: Credential,
        actor: Actor,
        participant: Participant,
    ) -> Socket:
        """Adds a socket to the room. It is pushed nothing new before it has resumed, or had time to."""
        room = self.rooms.get(room_id)
        if room is None:
            room = self.rooms[room_id] = Room(self, room_id, dispute_id, lane, head)
            self._want(room, head + 1)  # whatever came between the caller's look and now
        elif head > room.head:
            self._want(room, head)
        socket = Socket(room, credential, actor, participant, self.loop)
        room.sockets.add(socket)
        socket.push(heartbeat(max(head, room.head)))
        self._push_presence(room, newcomer=socket)
        self.loop.call_later(SETTLE, self.resume, socket)
        return socket

    def leave(self, socket: Socket) -> None:
        """Removes the socket; nothing is pushed to it any more."""
        room = socket.room
        if socket not in room.sockets:
            return
        room.sockets.discard(socket)
        if socket.catching_up is not None:
            socket.catching_up.cancel()
        if room.sockets:
            self._push_presence(room)
        else:
            self.rooms.pop(room.id, None)
            self.publish_soon("roles", room.id, "")

    def resume(self, socket: Socket, after: int | None = None) -> None:
        """Pushes every entry behind `after` (else behind what the socket has), in order, and then what is new."""
        if socket.close_code:
            return
        socket.is_held = False
        if after is not None:
            socket.is_live = False
            socket.cursor = after
        if socket.is_live or socket.catching_up is not None:
            return
        if socket.cursor == socket.room.head and self.is_fresh():
            socket.is_live = True
        else:
            socket.catching_up = self.loop.create_task(self._catch_up(socket))

    async def _catch_up(self, socket: Socket) -> None:
        room = socket.room
        try:
            while not socket.close_code:
                if not self.is_fresh() or len(socket.queue) > MAX_QUEUE // 4:
                    await asyncio.sleep(0.02)  # the queue drains, or the next authorisation of the sockets comes
                    continue
                after = socket.cursor
                if after > room.head:  # another process has pushed it more than this one knows, or it makes that up
                    head = (await self.database.run(lambda: heads_of([room.id]))).get(room.id, 0)
                    if socket.cursor != after:
                        continue
                    socket.cursor = min(after, head)
                    self._head_moved(room.id, head)
                if socket.cursor >= room.head:
                    socket.is_live = True
                    return
                page = await self.database.run(lambda after=after: entries_behind({room.id: after}, limit=PAGE))  # type: ignore[misc]
                if socket.cursor != after:  # it asked again from somewhere else meanwhile
                    continue
                for entry in page:
                    socket.push(Frame(entry).for_reader(socket.user_id, is_side=socket.is_side))
                    socket.cursor = entry.sequence
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("a socket could not catch up")
            socket.kick(1011)
        finally:
            socket.catching_up = None

    # — entries —

    def _committed(self, outcomes: list[tuple[Any, Outcome]]) -> None:
        """Pushes what this process has just written to everybody in the room, and the echo to its sender."""
        fresh: dict[int, list[Entry]] = {}
        for (socket, client_id), outcome in outcomes:
            if isinstance(outcome, Posted):
                entry = outcome.entry
                if outcome.is_new:
                    fresh.setdefault(entry.room_id, []).append(entry)
                elif (
                    entry.sequence <= socket.cursor
                ):  # it has had this, so this is the answer; else it is still to come
                    socket.push(Frame(entry).for_reader(socket.user_id, is_side=socket.is_side))
                else:
                    self._head_moved(entry.room_id, entry.sequence)
            elif isinstance(outcome, CaseError):
                socket.push(refusal(outcome, client_id=client_id))
            else:
                socket.push(error("unavailable", client_id=client_id, retry_after=1))
        for room_id, entries in fresh.items():
            self._arrived(room_id, entries)
            self.publish_soon("heads", room_id, entries[-1].sequence)

    def _arrived(self, room_id: int, entries: Sequence[Entry]) -> None:
        """Takes entries that are in the table now: pushes them when they come next, else reads again."""
        room = self.rooms.get(room_id)
        if room is None:
            return
        first, last = entries[0].sequence, entries[-1].sequence
        if first > room.head + 1:
            self._want(room, last)
            return
        entries = [entry for entry in entries if entry.sequence > room.head]
        if not entries:
            return
        encoded = [Frame(entry) for entry in entries]
        first, room.head = entries[0].sequence, last
        room.wanted = max(room.wanted, last)
        is_fresh = self.is_fresh()
        for socket in tuple(room.sockets):
            if not socket.is_live:
                continue
            if not is_fresh:
                socket.is_live = False  # it goes on after the next authorisation of the sockets
                continue
            for frame in encoded:
                if frame.sequence > socket.cursor:
                    socket.push(frame.for_reader(socket.user_id, is_side=socket.is_side))
            socket.cursor = max(socket.cursor, last)
        if any(entry.kind == EntryKind.EVENT for entry in entries):
            self.reauthorise_soon()  # a mediator may have been replaced

    def _head_moved(self, room_id: int, head: int) -> None:
        room = self.rooms.get(room_id)
        if room is not None and head > room.head:
            self._want(room, head)

    def _want(self, room: Room, head: int) -> None:
        room.wanted = max(room.wanted, head)
        self._to_fill.add(room.id)
        self._fill.set()

    async def _fill_gaps(self) -> None:
        await self._fill.wait()
        self._fill.clear()
        wanted = {pk: self.rooms[pk].head for pk in list(self._to_fill)[:100] if pk in self.rooms}
        if not wanted:
            self._to_fill.clear()
            return
        self._to_fill -= set(wanted)
        found: dict[int, list[Entry]] = {pk: [] for pk in wanted}
        for entry in await self._read_or_want_again(wanted):
            found[entry.room_id].append(entry)
        for room_id, entries in found.items():
            room = self.rooms.get(room_id)
            if room is None:
                continue
            if entries:
                self._arrived(room_id, entries)
            elif room.head >= wanted[room_id]:
                room.wanted = room.head  # an invalidation that promised more than there is
            if room.wanted > room.head:
                self._to_fill.add(room_id)
        if self._to_fill:
            self._fill.set()

    async def _read_or_want_again(self, wanted: Mapping[int, int]) -> list[Entry]:
        try:
            return await self.database.run(lambda: entries_behind(wanted, limit=1000))
        except Exception:
            self._to_fill |= set(wanted)
            self._fill.set()
            raise

    # — who may listen —

    async def reauthorise(self, sockets: Sequence[Socket]) -> None:
        """Resolves every socket's credential and participant anew; one that has lost either is closed."""
        credentials = {socket.credential for socket in sockets}
        disputes = {socket.room.dispute_id for socket in sockets}
        actors, participants = await self.database.run(lambda: _resolved(credentials, disputes))
        for socket in sockets:
            actor, row = actors.get(socket.credential), participants.get(socket.room.dispute_id)
            participant = None if actor is None or row is None else participant_for(actor, row)
            if actor is None:
                socket.kick(NOT_SIGNED_IN)
            elif (
                participant is None
                or lane_of(participant, socket.room.lane) is None
                or participant.role != socket.participant.role
            ):
                socket.kick(NOT_ALLOWED)
            else:
                socket.actor = actor

    def reauthorised(self, sockets: Sequence[Socket]) -> None:
        for socket in sockets:
            if not socket.is_live and not socket.is_held and not socket.close_code:
                self.resume(socket)

    # — heartbeat, presence, typing —

    async def _tick(self) -> None:
        """Reads, every moment, the heads of a tenth of the rooms, to find what no invalidation named."""
        await asyncio.sleep(0.9)
        self._second += 1
        rooms = [room for room in self.rooms.values() if (room.id + self._second) % hubs.HEARTBEAT == 0]
        if not rooms:
            return
        heads = await self.database.run(lambda: heads_of([room.id for room in rooms]))
        at = self.loop.time()
        for room in rooms:
            head = heads.get(room.id, room.head)
            if head > room.head:
                self._want(room, head)
            if self.is_fresh():
                text = heartbeat(max(head, room.head))
                for socket in tuple(room.sockets):
                    socket.push(text)
            self._push_presence(room)
            room.others = {name: known for name, known in room.others.items() if known[1] > at}

    def _push_presence(self, room: Room, *, newcomer: Socket | None = None) -> None:
        roles = room.roles(self.loop.time())
        text = frames.presence(roles)
        if roles != room.pushed and self.is_fresh():
            room.pushed = roles
            for socket in tuple(room.sockets):
                socket.push_if_room(text)
        elif newcomer is not None:
            newcomer.push(text)
        self.publish_soon("roles", room.id, ",".join(sorted(room.local_roles())))

    def on_typing(self, socket: Socket) -> None:
        """Tells the others that somebody on this participant is typing."""
        at = self.loop.time()
        if at - socket.typed_at < TYPING:
            return
        socket.typed_at = at
        self._push_to_others(
            socket.room, "typing", frames.typing(socket.participant.role), socket.participant.role, but=socket
        )

    def on_read(self, socket: Socket, sequence: int) -> None:
        """Tells the others how far somebody on this participant has read."""
        text = frames.read(socket.participant.role, sequence)
        self._push_to_others(socket.room, "read", text, [socket.participant.role, sequence], but=socket)

    def _push_to_others(self, room: Room, what: str, text: str, published: Any, *, but: Socket | None = None) -> None:
        if self.is_fresh():
            for socket in tuple(room.sockets):
                if socket is not but:
                    socket.push_if_room(text)
        if but is not None:
            self.publish_soon(what, room.id, published)

    # — invalidations —

    def on_message(self, what: str, key: int, value: Any, sender: str) -> None:
        """Handles an invalidation: a room's head has moved or, from another process, who is there and what they do."""
        room = self.rooms.get(key)
        if room is None:
            return
        if what == "heads":
            self._head_moved(key, int(value))
        elif what == "roles":
            here = frozenset(str(value).split(",")) - {""}
            room.others[sender] = (here, self.loop.time() + 2.5 * hubs.HEARTBEAT)
            self._push_presence_here(room)
        elif what == "typing":
            self._push_to_others(room, "typing", frames.typing(str(value)), None)
        elif what == "read":
            role, sequence = value
            self._push_to_others(room, "read", frames.read(str(role), int(sequence)), None)

    def _push_presence_here(self, room: Room) -> None:
        roles = room.roles(self.loop.time())
        if roles != room.pushed and self.is_fresh():
            room.pushed = roles
            for socket in tuple(room.sockets):
                socket.push_if_room(frames.presence(roles))


ROOMS: Publisher[Hub] = Publisher("rooms", Hub)


def _resolved(
    credentials: set[Credential], disputes: Iterable[int]
) -> tuple[dict[Credential, Actor], dict[int, ParticipantColumns]]:
    asked = list(disputes)
    participants: dict[int, ParticipantColumns] = {}
    for start in range(0, len(asked), 500):
        participants |= participants_of(asked[start : start + 500])
    return current_actors(credentials), participants
