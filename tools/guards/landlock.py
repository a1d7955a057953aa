"""Landlock: the child may read the folders it needs to import from, and nothing else of the file system.

Numbers are from linux/landlock.h and asm-generic/unistd.h (444-446 on every architecture). Standard library only.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
RULE_PATH_BENEATH = 1

READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Every right that an ABI version knows; what is handled and not granted is denied."""
TCP_RIGHTS_SINCE = 4
TCP_BIND_AND_CONNECT = 0b11
SCOPES_SINCE = 6
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def read_only(libc: ctypes.CDLL, folders: Iterable[str]) -> bool:
    """Deny this process every file but reading below `folders`. True when the kernel holds it; needs no_new_privs."""
    version = libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    if version < 1:
        return False
    handled = FILE_RIGHTS[max(known for known in FILE_RIGHTS if known <= version)]
    tcp = TCP_BIND_AND_CONNECT if version >= TCP_RIGHTS_SINCE else 0
    scopes = ABSTRACT_SOCKETS_AND_SIGNALS if version >= SCOPES_SINCE else 0
    attributes = struct.pack("=QQQ", handled, tcp, scopes)
    ruleset = libc.syscall(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        for folder in folders:
            _grant(libc, ruleset, folder)
        return bool(libc.syscall(RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _grant(libc: ctypes.CDLL, ruleset: int, path: str) -> None:
    """Allow reading at and below `path`. A path that is not there needs no rule."""
    if not Path(path).exists():
        return
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = READ_FILE | READ_DIR if Path(path).is_dir() else READ_FILE
        libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)
