"""A system call filter: no sockets, no other process, no program, no signal to others, no looser limits.

Written as classic BPF by hand, because libseccomp is not everywhere. It denies what parsing never needs and allows the
rest, so that a library's next version keeps working. Numbers: the kernel's syscall tables. Standard library only.
"""

import ctypes
import errno
import os
import platform
import struct

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW, ERRNO, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
X32_CALLS = 0x40000000
CLONE_THREAD = 0x00010000
PR_SET_PDEATHSIG = 1

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""machine: (AUDIT_ARCH_*, column of the tables below)."""

DENIED = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "sendto": (44, 206), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "fork": (57, None), "vfork": (58, None), "execve": (59, 221),
    "execveat": (322, 281), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "setpgid": (109, 154), "setsid": (112, 157),
    "setpriority": (141, 140), "setrlimit": (160, 164), "unshare": (272, 97), "setns": (308, 268),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "open_by_handle_at": (304, 265),
}  # fmt: skip
CLONE, CLONE3, KILL, TGKILL, PRLIMIT64, PRCTL = (56, 220), (435, 435), (62, 129), (234, 131), (302, 261), (157, 167)

Program = list[bytes]


def refuse_calls(libc: ctypes.CDLL) -> bool:
    """Filter this thread's calls and those of every thread it starts. True when the kernel holds it."""
    known = ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    audit_architecture, column = known
    program = _program(audit_architecture, column)
    code = ctypes.create_string_buffer(b"".join(program))
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    return bool(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.create_string_buffer(header), 0, 0) == 0)


def _step(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, when_true, when_false, value)


def _argument(index: int, *, high: bool = False) -> bytes:
    """Load half of an argument: struct seccomp_data keeps six 64-bit arguments from byte 16, little endian."""
    return _step(LOAD, 16 + 8 * index + (4 if high else 0))


def _program(audit_architecture: int, column: int) -> Program:
    deny = _step(RETURN, ERRNO | errno.EPERM)
    allow = _step(RETURN, ALLOW)
    load_call = _step(LOAD, 0)
    program = [_step(LOAD, 4), _step(EQUAL, audit_architecture, 1, 0), _step(RETURN, KILL_PROCESS), load_call]
    program += [_step(GREATER_EQUAL, X32_CALLS, 0, 1), deny]
    for numbers in DENIED.values():
        number = numbers[column]
        if number is not None:
            program += [_step(EQUAL, number, 0, 1), deny]
    # ENOSYS makes the C library fall back to clone, whose flags a filter can see
    program += [_step(EQUAL, CLONE3[column], 0, 1), _step(RETURN, ERRNO | errno.ENOSYS)]
    program += _when(CLONE[column], [_argument(0), _step(ANY_BIT, CLONE_THREAD, 1, 0), deny, allow])
    only_itself = [_argument(0), _step(EQUAL, os.getpid(), 1, 0), deny, allow]
    program += _when(KILL[column], only_itself) + _when(TGKILL[column], only_itself)
    program += _when(PRCTL[column], [_argument(0), _step(EQUAL, PR_SET_PDEATHSIG, 0, 1), deny, allow])
    only_asking = [_argument(2), _step(EQUAL, 0, 0, 2), _argument(2, high=True), _step(EQUAL, 0, 1, 0), deny, allow]
    program += _when(PRLIMIT64[column], only_asking)
    return [*program, allow]


def _when(number: int, block: Program) -> Program:
    """Run `block`, which ends by returning, for one call; the accumulator still holds the call's number after it."""
    return [_step(EQUAL, number, 0, len(block)), *block]
