"""A name server that can be told to misbehave. Where one that behaves will do, the tests use dnsmasq."""

import contextlib
import socket
import struct
import threading

A, AAAA = 1, 28
NXDOMAIN, NODATA, SERVFAIL, REFUSED, TRUNCATED, SILENT = "NXDOMAIN", "NODATA", "SERVFAIL", "REFUSED", "TRUNCATED", "SILENT"
CODES = {SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5}


class Dns:
    """names: name (lower case, no dot at the end) -> addresses or one of the words above; unlisted names: NXDOMAIN.
    A TRUNCATED name is given as (TRUNCATED, addresses): the addresses are told over TCP only."""

    def __init__(self, address, names, default=NXDOMAIN):
        self.names, self.default, self.asked, self.over_tcp = names, default, [], []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, 53))
        self.tcp = socket.create_server((address, 53))
        for serve in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def stop(self):
        for one in (self.udp, self.tcp):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve_udp(self):
        with contextlib.suppress(OSError):
            while True:
                query, peer = self.udp.recvfrom(4096)
                answer = query and self._answer(query, tcp=False)
                if answer:
                    self.udp.sendto(answer, peer)

    def _serve_tcp(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.tcp.accept()
                with connection, contextlib.suppress(OSError, struct.error):
                    connection.settimeout(5)
                    (length,) = struct.unpack("!H", connection.recv(2))
                    answer = self._answer(connection.recv(length), tcp=True)
                    if answer:
                        connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, query, tcp):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        kind, question = struct.unpack("!H", query[at + 1 : at + 3])[0], query[12 : at + 5]
        name = ".".join(labels).lower()
        (self.over_tcp if tcp else self.asked).append(name)
        said = self.names.get(name, self.default)
        if said == SILENT:
            return None
        if isinstance(said, tuple):
            said = said[1] if tcp else TRUNCATED
        records = b"" if isinstance(said, str) else b"".join(self._records(said, kind))
        flags = 0x8180 | CODES.get(said if isinstance(said, str) else "", 0) | (0x200 if said == TRUNCATED else 0)
        count = 0 if isinstance(said, str) else sum(1 for _ in self._records(said, kind))
        return query[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + question + records

    @staticmethod
    def _records(addresses, kind):
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            if kind == (AAAA if ":" in address else A):
                data = socket.inet_pton(family, address)
                yield b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 30, len(data)) + data
