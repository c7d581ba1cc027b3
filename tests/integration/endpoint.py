"""A scripted DynamoDB endpoint on loopback.

It stands in only for what the real servers of these tests cannot be made to do: answers that are late, torn, lying or
hostile (answers.py); tables in every state; throttling, limits and lost answers; and a count of every call. Where a real
server can show a behaviour, the tests use the real server.

`Endpoint.on` says which answer an operation on a table gets; what no script covers goes to a Store (store.py).

Every request is kept, and looked at with botocore, which is written by AWS (look.py). What does not fit is listed by
`Endpoint.problems()`.
"""

import asyncio
import json
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

from answers import CLOSE, RESET, SILENCE, error
from look import look_at
from store import Store

KEY, SECRET = "AKIDINTEGRATION", "TopSecretKeyThatMustNeverBePrinted+/="


@dataclass
class Request:
    time: float
    connection: int
    line: str
    headers: list
    raw: bytes
    body: dict = field(default_factory=dict)

    def header(self, name, default=""):
        return next((v for n, v in self.headers if n.lower() == name), default)

    @property
    def operation(self):
        return self.header("x-amz-target").rpartition(".")[2]

    @property
    def table(self):
        return self.body.get("TableName", "") if isinstance(self.body, dict) else ""


class Endpoint:
    def __init__(self, store=None, port=0, secrets=None, region="us-east-1", tls=None, host="127.0.0.1"):
        self.store = store or Store()
        self.secrets = {KEY: SECRET, "placeholder": "placeholder", **(secrets or {})}
        self.region = region
        self.scripts = {}
        self.requests = []
        self.connections = 0
        self.ended = []  # monotonic times at which the other side closed a connection
        self.sent = 0  # bytes
        self.path = "/"
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, port), family=family, backlog=1024)
        self.port = self.socket.getsockname()[1]
        self.tls = tls  # an ssl.SSLContext
        self.url = f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.loop = asyncio.new_event_loop()
        self.serving = threading.Event()
        self.thread = threading.Thread(target=self._main, daemon=True)
        self.thread.start()
        self.serving.wait(10)

    # -- what tests say and ask

    def on(self, operation, answers, table=None):
        """answers: one Answer, a function of the request (None: as the store says), or a list of these of which the last is
        repeated."""
        if not isinstance(answers, list):
            answers = [answers]
        self.scripts[operation, table] = list(answers)
        return self

    def calls(self, operation=None, table=None):
        return [r for r in self.requests if operation in (None, r.operation) and table in (None, r.table)]

    def wait_for(self, count=1, operation=None, seconds=20):
        """Wait until `count` requests have arrived."""
        limit = time.monotonic() + seconds
        while len(self.calls(operation)) < count:
            assert time.monotonic() < limit, f"{len(self.calls(operation))} of {count} requests came"
            time.sleep(0.002)

    def problems(self):
        return [
            f"{r.operation} {r.table}: {p}" for r in self.requests for p in look_at(r, self.secrets, self.region, self.path)
        ]

    def stop(self):
        if self.loop.is_running():
            self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.socket.close()

    # -- inside

    def _main(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._serve, sock=self.socket, limit=1 << 22, ssl=self.tls))
        self.loop.call_soon(self.serving.set)
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def _answer(self, request):
        for key in ((request.operation, request.table), (request.operation, None), (None, None)):
            if key in self.scripts:
                answers = self.scripts[key]
                found = answers.pop(0) if len(answers) > 1 else answers[0]
                found = found(request) if callable(found) else found
                return found or self.stored(request)
        return self.stored(request)

    def stored(self, request):
        act = getattr(self.store, request.operation, None)
        if act is None:
            return error("UnknownOperationException", "", spelling="coral")
        return act(request.table, request.body)

    async def _serve(self, reader, writer):
        self.connections += 1
        number = self.connections
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                request = await self._read(reader, number)
                if request is None or not await self._play(self._answer(request), writer, reader):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.ended.append(time.monotonic())
            writer.close()

    async def _read(self, reader, number):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            return None
        line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        headers = [(n.strip(), v.strip()) for n, _, v in (text.partition(":") for text in lines)]
        request = Request(time.monotonic(), number, line, headers, b"")
        request.raw = await reader.readexactly(int(request.header("content-length", "0")))
        try:
            request.body = json.loads(request.raw or b"{}")
        except ValueError:
            request.body = None
        self.requests.append(request)
        return request

    async def _play(self, answer, writer, reader):
        """True if the connection may carry another request."""
        for step in answer.make():
            if isinstance(step, (int, float)):
                await asyncio.sleep(step)
                if writer.transport.is_closing() or reader.at_eof():
                    return False
            elif step == SILENCE:
                await reader.read(1)  # until the other side gives up
                return False
            elif step == CLOSE:
                await writer.drain()
                return False
            elif step == RESET:
                linger = struct.pack("ii", 1, 0)  # close() then sends RST
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
                return False
            elif writer.transport.is_closing():  # asyncio takes what is written there, for ever
                return False
            else:
                writer.write(step)
                self.sent += len(step)
                await writer.drain()
        return True
