#!/usr/bin/env python3
"""relay.py FOLDER DELAY_MS: AWS behind a slow line, for the bench.

A TLS 1.3 server that plays STS (web identity) and DynamoDB (every table exists), with a throw-away certificate written to
FOLDER/ca.pem, behind two ports that hold back each piece of an answer by DELAY_MS from its arrival. What it cannot delay is the TCP
handshake, which the kernel does alone. Prints "PORT PORT" (STS, DynamoDB); on SIGTERM what it counted, as JSON.
"""
import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
import time

STS = """<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/bench/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIABENCHBENCHBENCH0</AccessKeyId><SecretAccessKey>bench</SecretAccessKey><SessionToken>bench</SessionToken>
<Expiration>{expiration}</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>"""
counted = {"AssumeRoleWithWebIdentity": 0, "DescribeTable": 0, "other": 0, "connections": 0}


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-keyout", f"{folder}/key.pem", "-out", f"{folder}/ca.pem", "-subj", "/CN=bench",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(f"{folder}/ca.pem", f"{folder}/key.pem")
    return context


def answer(head, body):
    """Type and text of the answer, and what was asked."""
    if b"AssumeRoleWithWebIdentity" in head + body:
        expiration = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        return "text/xml", STS.format(expiration=expiration), "AssumeRoleWithWebIdentity"
    if b"DynamoDB_20120810.DescribeTable" in head:
        name = json.loads(body)["TableName"]
        keys = [("PK", "HASH"), ("SK", "RANGE")]
        table = {
            "TableName": name, "TableStatus": "ACTIVE", "CreationDateTime": 1700000000, "ItemCount": 0, "TableSizeBytes": 0,
            "TableArn": f"arn:aws:dynamodb:us-east-1:123456789012:table/{name}",
            "AttributeDefinitions": [{"AttributeName": k, "AttributeType": "S"} for k, _ in keys],
            "KeySchema": [{"AttributeName": k, "KeyType": t} for k, t in keys],
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5, "NumberOfDecreasesToday": 0},
        }
        return "application/x-amz-json-1.0", json.dumps({"Table": table}), "DescribeTable"
    return "text/plain", "", "other"


async def serve(reader, writer):
    """HTTP/1.1 with keep-alive."""
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            kind, text, asked = answer(head, await reader.readexactly(sum(lengths)))
            counted[asked] += 1
            writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


class Relay:
    def __init__(self, port, delay):
        self.port, self.delay = port, delay

    async def __call__(self, reader, writer):
        counted["connections"] += 1
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        await asyncio.gather(self.forth(reader, back), self.late(there, writer))

    async def forth(self, reader, writer):
        try:
            while piece := await reader.read(1 << 16):
                writer.write(piece)
        except ConnectionError:
            pass
        writer.close()

    async def late(self, reader, writer):
        """Each piece leaves `delay` after it came, however many are on their way."""
        loop = asyncio.get_running_loop()
        last = None
        try:
            while piece := await reader.read(1 << 16):
                last = loop.call_later(self.delay, writer.write, piece)
        except ConnectionError:
            pass
        if last:
            loop.call_at(last.when(), writer.close)
        else:
            writer.close()


async def main(folder, delay):
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=certificate(folder))
    port = server.sockets[0].getsockname()[1]
    relays = [await asyncio.start_server(Relay(port, delay / 1000), "127.0.0.1", 0) for _ in range(2)]
    print(*(relay.sockets[0].getsockname()[1] for relay in relays), flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    print(json.dumps(counted), flush=True)
    os._exit(0)  # connections that a client keeps open end with us


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
