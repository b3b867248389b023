"""The reader that runs apart: bytes of a stranger's file come in, lines of JSON go out, nothing else.

Run by its path and not by its name: naming it would load the whole wing first, a third of a second a document. It
limits itself before it looks at the first byte: memory, seconds of the processor, no file written, no child started.
"""

from __future__ import annotations

import importlib
import json
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

#: What is read -> the module whose ``records_of`` reads it.
READERS = {"pdf": "pdf_text", "html": "html_blocks"}
PACKAGE = "almpo_kit.sources"
#: How the process ends where it was its own decision.
NO_MEMORY = 71


def _confine(memory: int, seconds: int) -> None:
    """Limit this process; where the system has no such limits (Windows) its parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    held = 0
    for line in (
        Path("/proc/self/status").read_text().splitlines() if Path("/proc/self/status").exists() else ()
    ):
        held = int(line.split()[1]) * 1024 if line.startswith("VmSize") else held
    for name, most in (
        ("RLIMIT_AS", held + memory),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 32),
    ):
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        resource.setrlimit(
            which, (most, most) if hard in (resource.RLIM_INFINITY, -1) else (min(most, hard),) * 2
        )


def _reader(name: str) -> Callable[[bytes, Mapping[str, Any]], Iterator[dict[str, Any]]]:
    """The module that reads one kind, without the face of the wing, which would import all of it."""
    documents = Path(__file__).resolve().parent.parent
    sys.path.append(str(documents.parent.parent.parent))
    bare = types.ModuleType(PACKAGE)
    bare.__path__ = [str(documents.parent)]
    sys.modules[PACKAGE] = bare
    module = importlib.import_module(f"{PACKAGE}.documents.process.{READERS[name]}")
    module.load()
    return module.records_of


def main() -> int:
    """Read standard input as the first argument orders; one JSON object a line, the last one ``{"end": true}``."""
    order = json.loads(sys.argv[1])
    read = _reader(order["reader"])
    data = sys.stdin.buffer.read()
    _confine(order["memory"], order["cpu_seconds"])
    out = sys.stdout
    try:
        for record in read(data, order):
            out.write(json.dumps(record) + "\n")
            out.flush()
        out.write('{"end": true}\n')
        out.flush()
    except MemoryError:
        return NO_MEMORY
    return 0


if __name__ == "__main__":
    # Out at once: freeing what a hostile file built can take longer than reading it.
    import os

    status = main()
    sys.stdout.flush()
    os._exit(status)
