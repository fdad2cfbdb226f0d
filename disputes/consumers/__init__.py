"""The room's socket: `/ws/v1/disputes/{ref}/`.

A bare ASGI endpoint on one hub per process, as every socket is (`accounts.consumers`). The table is the record, and
everything that is pushed carries its number, so that a reader sees what is missing.
"""

from disputes.consumers.endpoint import room_socket
