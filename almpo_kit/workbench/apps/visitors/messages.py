"""What may be said over the line between a browser and its kernel: what widgets need, and nothing that runs code."""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

#: From a browser. Whatever else there is asks a kernel to run, complete, inspect, remember, debug or end.
FROM_BROWSERS = frozenset({"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"})
#: The one conversation that a browser begins: it asks for the state of all widgets. Another would make widgets.
_OPENED_BY_BROWSERS = "jupyter.widget.control"
#: To a browser. What a kernel prints, and its tracebacks, are not among it.
TO_BROWSERS = frozenset(
    {
        "comm_open",
        "comm_msg",
        "comm_close",
        "comm_info_reply",
        "kernel_info_reply",
        "status",
        "display_data",
        "update_display_data",
        "clear_output",
    }
)
_NEW_WIRE = "v1.kernel.websocket.jupyter.org"
#: Channel, four parts, files. What is said about the number of parts is believed by the library, and counted up to.
_MOST_PARTS = 1_000
#: Bytes that wait for one browser in the memory of all; the next message may be as large as it likes.
_MOST_UNREAD = 30_000_000


def allowed(channel: object, header: object, content: object) -> bool:
    """Whether a browser may say that.

    Parameters
    ----------
    channel : str
    header, content : dict
        As they came, thus anything.
    """
    if channel != "shell" or not isinstance(header, dict) or header.get("msg_type") not in FROM_BROWSERS:
        return False
    if header["msg_type"] != "comm_open":
        return True
    return isinstance(content, dict) and content.get("target_name") == _OPENED_BY_BROWSERS


class Line(ZMQChannelsWebsocketConnection):  # type: ignore[misc, unused-ignore]
    """The line of one tab, which passes on what is allowed."""

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Pass on what the browser says, if it may say that; whoever says something else is not answered."""
        if not self.channels or any(stream.closed() for stream in self.channels.values()):
            # The kernel has just ended, or the line has.
            return
        try:
            said = self._understood(incoming_msg)
        except Exception:  # noqa: BLE001 - a browser of ours never sends that
            said = (None, None, None)
        if not allowed(*said):
            self.log.warning("A browser said something to its kernel that is not passed on.")
            return
        super().handle_incoming_message(incoming_msg)

    def _understood(self, message: Any) -> tuple[object, object, object]:
        if self.subprotocol == _NEW_WIRE:
            if int.from_bytes(message[:8], "little") > _MOST_PARTS:
                return None, None, None
            channel, parts = deserialize_msg_from_ws_v1(message)
            # header, parent, metadata, content; then buffers.
            return channel, self.session.unpack(parts[0]), self.session.unpack(parts[3])
        if not isinstance(message, str):
            # The older wire carries files too, but no browser of ours speaks it.
            return None, None, None
        whole = json.loads(message)
        return whole.get("channel"), whole.get("header"), whole.get("content")

    def handle_outgoing_message(self, stream: str, outgoing_msg: list[Any]) -> None:
        """Pass on what the kernel says, if that is for browsers; one that asks and does not read is not waited for."""
        line = getattr(self.websocket_handler.ws_connection, "stream", None)
        if line is not None and len(line._write_buffer) > _MOST_UNREAD:
            self.log.warning("A browser does not read what it asks for; its line is closed.")
            line.close()
            return
        _, parts = self.session.feed_identities(outgoing_msg)
        if self.session.unpack(parts[1]).get("msg_type") in TO_BROWSERS:
            super().handle_outgoing_message(stream, outgoing_msg)
