"""A mail server and a web server of the tests' own: they speak the real protocols on loopback and keep what they got."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Mailbox:
    """A mail server: what it was sent, and how it behaves."""

    port: int = 0
    messages: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    offers_tls: bool = True
    refuses: str = ""


@contextlib.contextmanager
def _listening(handle: Callable[..., Awaitable[None]]) -> Iterator[int]:
    loop, ready, port = asyncio.new_event_loop(), threading.Event(), [0]

    async def begin() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port[0] = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.run_until_complete(begin())
        loop.run_forever()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@contextlib.contextmanager
def mail_server(box: Mailbox, certificate: Path) -> Iterator[Mailbox]:
    """A mail server with STARTTLS and AUTH PLAIN."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        secure = False
        writer.write(b"220 mail.test\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            if box.refuses and word == box.refuses:
                writer.write(f"550 refused: {line}\r\n".encode())
            elif word == "EHLO":
                extras = ["AUTH PLAIN", *(["STARTTLS"] if box.offers_tls and not secure else [])]
                names = ["mail.test", *extras]
                writer.write(
                    "".join(
                        f"250{'-' if n < len(names) - 1 else ' '}{name}\r\n" for n, name in enumerate(names)
                    ).encode()
                )
            elif word == "STARTTLS":
                writer.write(b"220 go on\r\n")
                await writer.drain()
                await writer.start_tls(context)
                secure = True
            elif word == "AUTH":
                _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
                box.logins.append((user, password))
                writer.write(b"235 welcome\r\n")
            elif word == "RCPT":
                box.recipients.append(line.partition("<")[2].rstrip(">"))
                writer.write(b"250 yes\r\n")
            elif word == "DATA":
                writer.write(b"354 go on\r\n")
                text = (await reader.readuntil(b"\r\n.\r\n")).decode()
                box.messages.append(text)
                box.encrypted.append(secure)
                writer.write(b"250 kept\r\n")
            elif word == "QUIT":
                writer.write(b"221 bye\r\n")
                await writer.drain()
                writer.close()
                return
            else:
                writer.write(b"250 yes\r\n")
            await writer.drain()

    with _listening(handle) as port:
        box.port = port
        yield box


@dataclass
class Hook:
    """A web server: what was posted, and what it answers (0: nothing, ever)."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextlib.contextmanager
def hook_server(hook: Hook) -> Iterator[Hook]:
    """A web server that takes posts of JSON."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(h.split(":")[1]) for h in head.splitlines() if h.lower().startswith("content-length")
        )
        hook.paths.append(head.split()[1])
        hook.posts.append(json.loads(await reader.readexactly(length)))
        status = hook.answers.pop(0) if hook.answers else 200
        if status == 0:
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
            return
        more = "Location: /elsewhere\r\n" if 300 <= status < 400 else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\n{more}Content-Length: 2\r\nConnection: close\r\n\r\nok".encode()
        )
        await writer.drain()
        writer.close()

    with _listening(handle) as port:
        hook.port = port
        yield hook


def certificate(folder: Path) -> Path:
    """A certificate for loopback that signs itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
