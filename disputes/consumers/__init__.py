"""The room's socket: `/ws/v1/disputes/{ref}/`. What does not belong here: any rule, and any write but through commands.

A bare ASGI endpoint on one hub per process. The database is the record; what goes between processes is a hint that
may be lost, and everything that is pushed carries its number, so that a reader sees what is missing.
"""

from disputes.consumers.endpoint import nothing_here, room_socket

__all__ = ["nothing_here", "room_socket"]
