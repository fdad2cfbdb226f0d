"""Run in a process of its own: hands each connection to the next of several ports, as a proxy before web processes.

`python -m tests.e2e.balancer PORT TARGET…`
"""

import asyncio
import itertools
import sys
from contextlib import suppress


async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while content := await source.read(65_536):
            target.write(content)
            await target.drain()
    target.close()


async def main(port: int, *targets: int) -> None:
    turns = itertools.cycle(targets)

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", next(turns))
        await asyncio.gather(pump(reader, forth), pump(back, writer))

    async with await asyncio.start_server(connect, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
