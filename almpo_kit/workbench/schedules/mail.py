"""A notice by e-mail: through the server that the environment names, encrypted unless it is on this machine.

``ALMPO_SMTP_HOST``, ``ALMPO_SMTP_PORT`` (587), ``ALMPO_SMTP_SECURITY`` (``starttls``, ``tls`` or ``none``),
``ALMPO_SMTP_USER``, ``ALMPO_SMTP_PASSWORD``, ``ALMPO_SMTP_FROM``.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from almpo_kit.workbench.schedules.telling import Notice, NotToldError

_PATIENCE = 10.0
_LOCAL = ("localhost", "127.0.0.1", "::1")
_SECURITY = ("starttls", "tls", "none")


def send(notice: Notice, addresses: Sequence[str], environment: Mapping[str, str]) -> None:
    """Send one message to all addresses.

    Raises
    ------
    NotToldError
        Not set up, away, or refused; in words of ours, since servers repeat what they were sent.
    """
    host = environment.get("ALMPO_SMTP_HOST", "").strip()
    if not host:
        raise NotToldError("no e-mail server is set; put ALMPO_SMTP_HOST into the environment", final=True)
    security = environment.get("ALMPO_SMTP_SECURITY", "starttls").strip().lower()
    if security not in _SECURITY:
        raise NotToldError("ALMPO_SMTP_SECURITY is none of starttls, tls and none", final=True)
    if security == "none" and host not in _LOCAL:
        raise NotToldError("ALMPO_SMTP_SECURITY=none is for a server on this machine only", final=True)
    try:
        with _connected(host, _port(environment, security), security) as server:
            user, password = (
                environment.get("ALMPO_SMTP_USER", ""),
                environment.get("ALMPO_SMTP_PASSWORD", ""),
            )
            if user:
                server.login(user, password)
            server.send_message(_message(notice, addresses, environment), to_addrs=list(addresses))
    except smtplib.SMTPAuthenticationError:
        raise NotToldError(
            "the e-mail server refused ALMPO_SMTP_USER and ALMPO_SMTP_PASSWORD", final=True
        ) from None
    except smtplib.SMTPResponseException as error:
        raise NotToldError(f"the e-mail server answered {error.smtp_code}") from None
    except smtplib.SMTPRecipientsRefused:
        raise NotToldError("the e-mail server refused the addresses") from None
    except ssl.SSLError:
        raise NotToldError("the certificate of the e-mail server is not trusted here", final=True) from None
    except TimeoutError:
        raise NotToldError(f"the e-mail server did not answer within {_PATIENCE:.0f} seconds") from None
    except (smtplib.SMTPException, OSError, ValueError):
        raise NotToldError("the e-mail server cannot be reached, or speaks no SMTP") from None


def _port(environment: Mapping[str, str], security: str) -> int:
    given = environment.get("ALMPO_SMTP_PORT", "").strip()
    if given and not (given.isascii() and given.isdigit() and 0 < int(given) < 65_536):
        raise NotToldError("ALMPO_SMTP_PORT is not a port", final=True)
    return int(given) if given else {"starttls": 587, "tls": 465, "none": 25}[security]


def _connected(host: str, port: int, security: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=context)
    server = smtplib.SMTP(host, port, timeout=_PATIENCE)
    if security == "starttls":
        try:
            server.starttls(context=context)
        except smtplib.SMTPNotSupportedError:
            server.close()
            raise NotToldError(
                "the e-mail server offers no encryption; nothing was sent", final=True
            ) from None
        except BaseException:
            server.close()
            raise
    return server


def _message(notice: Notice, addresses: Sequence[str], environment: Mapping[str, str]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(notice.subject.split())
    message["From"] = environment.get("ALMPO_SMTP_FROM", "").strip() or f"almpo@{_domain(addresses[0])}"
    message["To"] = ", ".join(addresses)
    message["Date"] = format_datetime(notice.at)
    message["Message-ID"] = make_msgid(domain=_domain(addresses[0]))
    # Programs that answer by themselves leave this one alone.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text)
    return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
