"""far.py MS FRONT BACK READY: servers that are MS milliseconds away.

What answers on BACK is had on FRONT, port 53 by UDP, 80 and 443 by TCP, each
answer MS later: so is the first byte of a connection, since whoever connects
may not speak before the other side has answered that.  READY is a file that is
made when all of it serves.
"""
import asyncio
import sys

PORTS = (80, 443)


class Names(asyncio.DatagramProtocol):
    """Questions.  Their answers come back to another, the Answers."""

    def __init__(self, askers):
        self.askers, self.transport, self.onward = askers, None, None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.askers[key(data)] = addr
        self.onward.sendto(data)


class Answers(asyncio.DatagramProtocol):
    def __init__(self, askers, names, away):
        self.askers, self.names, self.away = askers, names, away
        self.loop = asyncio.get_running_loop()

    def datagram_received(self, data, addr):
        asker = self.askers.pop(key(data), None)
        if asker:
            self.loop.call_later(self.away, self.names.sendto, data, asker)


def key(message):
    """Its number, and what is asked: the name and the type."""
    return message[:2], message[12:message.index(0, 12) + 5]


async def serve_names(away, front, back):
    loop = asyncio.get_running_loop()
    askers = {}
    names, passer = await loop.create_datagram_endpoint(
        lambda: Names(askers), local_addr=(front, 53))
    passer.onward, _ = await loop.create_datagram_endpoint(
        lambda: Answers(askers, names, away), remote_addr=(back, 53))


async def pass_on(reader, writer, wait_s):
    """All that comes, each piece so much later, and then the end."""
    queue = asyncio.Queue()

    async def write():
        while True:
            due, data = await queue.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if not data:
                break
            writer.write(data)
        writer.close()

    task = asyncio.get_running_loop().create_task(write())
    try:
        while True:
            data = await reader.read(65536)
            queue.put_nowait(
                (asyncio.get_running_loop().time() + wait_s(), data))
            if not data:
                break
        await task
    except OSError:
        task.cancel()
        writer.close()


async def connect(reader, writer, away, back, port):
    loop = asyncio.get_running_loop()
    connected = loop.time() + away
    from_back, to_back = await asyncio.open_connection(back, port)
    await asyncio.gather(
        pass_on(reader, to_back, lambda: max(0, connected - loop.time())),
        pass_on(from_back, writer, lambda: away))


async def serve(away, front, back, ready):
    await serve_names(away, front, back)
    for port in PORTS:
        await asyncio.start_server(
            lambda r, w, port=port: connect(r, w, away, back, port), front,
            port)
    with open(ready, "w", encoding="ascii"):
        pass
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) / 1000, *sys.argv[2:5]))
