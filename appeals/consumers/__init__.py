"""The queue's socket: `/ws/v1/review-queue/`.

A bare ASGI endpoint on one hub per process, as every socket is (`accounts.consumers`). The table is the record: a frame
says that something changed, and holds nothing that the queue does not show to that very reviewer.
"""

from appeals.consumers.endpoint import queue_socket
