#!/usr/bin/env python3
"""world_rogues.py DIR: the servers of the lab that misbehave, and the mail
hosts that take down in DIR/caught.log who connects.  Makes DIR/rogues when all
of them listen.  Ends by itself after five minutes."""
import asyncio
import contextlib
import gzip
import os
import socket
import ssl
import struct
import sys

from world_domains import (BOMB, DROPS, ENDLESS, FLOOD, JUNK, MAIL, PROXY,
                           SILENT, SLOW, WEB, config)

directory = sys.argv[1]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
MIB = b" " * 1024 * 1024
BOMB_BODY = gzip.compress(64 * MIB + config("bomb.example").encode(), 1)


async def silent(reader, writer):
    while await reader.read(4096):
        pass


async def slow(reader, writer):
    """A byte a second, for ever."""
    await reader.readuntil(b"\r\n\r\n")
    body = config("slow.example").encode()
    writer.write(OK + b"Content-Length: %d\r\n\r\n" % len(body))
    for i in range(len(body)):
        writer.write(body[i:i + 1])
        await writer.drain()
        await asyncio.sleep(1)


async def endless(reader, writer):
    """100 MiB, which are as many as anybody takes."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        writer.write(b"%x\r\n%s\r\n" % (len(MIB), MIB))
        await writer.drain()
        await asyncio.sleep(0)
    writer.write(b"0\r\n\r\n")


async def bomb(reader, writer):
    """A good file, if one takes 64 MiB of blanks for the beginning."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
                 % (len(BOMB_BODY), BOMB_BODY))
    await writer.drain()


async def flood(reader, writer):
    """Headers without an end."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK)
    for i in range(1000 * 1000):
        writer.write(b"X-%d: %s\r\n" % (i, b"x" * 1000))
        await writer.drain()
        await asyncio.sleep(0)  # others are served meanwhile


async def drops(reader, writer):
    """Resets the connection when it sees the name it is asked for."""
    hello = await reader.read(4096)
    if b"autoconfig." in hello:
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


async def junk(reader, writer):
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await writer.drain()
    await reader.read(4096)


async def caught(reader, writer):
    with open(os.path.join(directory, "caught.log"), "a") as out:
        out.write("%s\n" % (writer.get_extra_info("sockname"),))
    await reader.read(4096)


async def relay(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def proxy(reader, writer):
    """Who asks for a tunnel gets one to the web server, whatever the name."""
    request = (await reader.readuntil(b"\r\n\r\n")).decode()
    with open(os.path.join(directory, "proxied.log"), "a") as out:
        out.write(request.splitlines()[0] + "\n")
    there = await asyncio.open_connection(WEB, 443)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await asyncio.gather(relay(reader, there[1]), relay(there[0], writer))


def politely(serve):
    async def handler(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError,
                                 asyncio.LimitOverrunError):
            await serve(reader, writer)
        writer.close()
    return handler


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(os.path.join(directory, "good.pem"),
                        os.path.join(directory, "key.pem"))
    for serve, at, ports, context in (
            (silent, SILENT, (53, 80, 443), None),
            (slow, SLOW, (443,), tls),
            (endless, ENDLESS, (443,), tls),
            (bomb, BOMB, (443,), tls),
            (flood, FLOOD, (443,), tls),
            (drops, DROPS, (443,), None),
            (junk, JUNK, (443,), None),
            (proxy, PROXY, (3128,), None),
            (caught, MAIL, (25, 80, 110, 143, 443, 465, 587, 993, 995, 1993,
                            4190), None)):
        for port in ports:
            await asyncio.start_server(politely(serve), at, port, ssl=context)
    deaf = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    deaf.bind((SILENT, 53))
    open(os.path.join(directory, "rogues"), "w").close()
    await asyncio.sleep(300)

asyncio.run(main())
