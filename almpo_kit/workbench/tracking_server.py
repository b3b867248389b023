"""MLflow's server without its assistant: a chat that runs commands on the machine of the server is no part of looking at runs,
and its panel would hide a quarter of the table.

``python -m almpo_kit.workbench.tracking_server server …`` takes what ``mlflow server`` takes.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Message = dict[str, Any]
_APP = "almpo_kit.workbench.tracking_server:app"
_ASSISTANT = "/mlflow/assistant"
#: As the UI notes that its reader has seen the panel once.
_SEEN = "<script>try{localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1','true')}catch(e){}</script>"


@functools.cache
def _mlflow() -> Any:
    from mlflow.server.fastapi_app import app as theirs

    return theirs


@functools.cache
def _first_page() -> bytes:
    import mlflow.server

    path = Path(mlflow.server.__file__).parent / "js" / "build" / "index.html"
    return path.read_text(encoding="utf-8").replace("<head>", f"<head>{_SEEN}", 1).encode()


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """What uvicorn serves."""
    if scope["type"] == "http":
        path = str(scope["path"])
        if _ASSISTANT in path:
            return await _answer(send, 404, "text/plain", b"The assistant is not part of this server.\n")
        if path == "/" and scope["method"] == "GET":
            return await _answer(send, 200, "text/html; charset=utf-8", _first_page())
    await _mlflow()(scope, receive, send)


async def _answer(send: Callable[[Message], Awaitable[None]], status: int, kind: str, body: bytes) -> None:
    headers = {
        "content-type": kind,
        "content-length": str(len(body)),
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
    }
    plain = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": plain})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """``mlflow`` with our application in the place of its own."""
    import mlflow.server
    from mlflow.cli import cli

    theirs = mlflow.server._build_uvicorn_command

    def ours(
        options: Any, host: Any, port: Any, workers: Any, app_name: Any, *more: Any, **named: Any
    ) -> Any:
        return theirs(options, host, port, workers, _APP, *more, **named)

    mlflow.server._build_uvicorn_command = ours
    cli()


if __name__ == "__main__":
    main()
