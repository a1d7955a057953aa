"""The child's own main: read one call from standard input, close itself in, run it, answer in JSON. Then end.

Frame both ways: 8 bytes of length, big endian, then that much JSON; the call's blobs follow it raw.
"""

import errno
import importlib
import json
import os
import sys
from typing import Any

from tools.guards.confinement import confine
from tools.guards.refusals import Misasked, Refused

PIECE = 1 << 20


def main() -> None:
    """Serve one call. The answer's `kind` is result, refused, misasked, memory, files or fault."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints goes to the error stream, never into the answer
    header = json.loads(_read(int.from_bytes(_read(8), "big")))
    module_name, function_name = header["target"].split(":")
    importlib.import_module(module_name.split(".")[0])
    walls = confine(header["limits"], header["readable"], header["parent"])
    answer = {"walls": walls, **_run(module_name, function_name, header)}
    body = json.dumps(answer).encode()
    _write(answers, len(body).to_bytes(8, "big") + body)
    # nothing of a process that met a bomb deserves an orderly end
    os._exit(0)


def _run(module_name: str, function_name: str, header: dict[str, Any]) -> dict[str, Any]:
    try:
        blobs = [_read(size) for size in header["sizes"]]
        function = getattr(importlib.import_module(module_name), function_name)
        return {"kind": "result", "value": function(header["arguments"], blobs)}
    except Refused as no:
        return {"kind": "refused", "text": str(no)}
    except Misasked as no:
        return {"kind": "misasked", "text": str(no)}
    except MemoryError:
        return {"kind": "memory"}
    except OSError as fault:
        kind = "files" if fault.errno == errno.EFBIG else "fault"
        return {"kind": kind, "text": f"{type(fault).__name__}: {fault}"}
    except Exception as fault:
        # the parent decides what any other failure means
        return {"kind": "fault", "text": f"{type(fault).__name__}: {fault}"}


def _read(size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size:
        piece = os.read(0, min(PIECE, size - len(pieces)))
        if not piece:
            sys.exit("the call ended early")
        pieces += piece
    return bytes(pieces)


def _write(to: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(to, view) :]
