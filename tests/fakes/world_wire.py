#!/usr/bin/env python3
"""world_wire.py DIR: write down all that goes over lo, 4096 bytes of each
packet, in DIR/wire.pcap.  That is what tcpdump would do, which an ordinary
user may not run in a name space of his own.  What went by too quickly is
counted in DIR/wire.lost."""
import contextlib
import ctypes
import os
import socket
import struct
import sys

ETH_P_ALL = 3
SO_ATTACH_FILTER, SO_RCVBUFFORCE = 26, 33
SOL_PACKET, PACKET_STATISTICS = 263, 6
SNAP = 4096
# "ld pkttype; jeq #outgoing; ret #SNAP; ret #0": each packet comes in again.
FILTER = struct.pack("HBBI" * 4, 0x28, 0, 0, 0xfffff004, 0x15, 0, 1, 4,
                     0x06, 0, 0, SNAP, 0x06, 0, 0, 0)
directory = sys.argv[1]
program = ctypes.create_string_buffer(FILTER, len(FILTER))


with socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                   socket.htons(ETH_P_ALL)) as lo, \
        open(os.path.join(directory, "wire.pcap"), "wb", buffering=0) as out:
    lo.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack(
        "HP", len(FILTER) // 8, ctypes.addressof(program)))
    for option in socket.SO_RCVBUF, SO_RCVBUFFORCE:
        with contextlib.suppress(PermissionError):
            lo.setsockopt(socket.SOL_SOCKET, option, 64 * 1024 * 1024)
    lo.bind(("lo", 0))
    out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, SNAP, 1))
    while True:
        frame = lo.recv(SNAP)
        out.write(struct.pack("<4I", 0, 0, len(frame), len(frame)) + frame)
        lost = struct.unpack("II", lo.getsockopt(
            SOL_PACKET, PACKET_STATISTICS, 8))[1]
        if lost:
            with open(os.path.join(directory, "wire.lost"), "a") as count:
                count.write("%d\n" % lost)
