"""The limits of one child process."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one child may use before it is stopped.

    Attributes:
        memory_bytes: address space (RLIMIT_AS), the interpreter's own 20 MB included.
        cpu_seconds: processor time (RLIMIT_CPU); past it the kernel ends the child.
        wall_seconds: time on the clock, start-up included; past it the parent ends the child's whole group.
        file_bytes: size of any file it writes (RLIMIT_FSIZE). 0: it writes none.
        processes: processes and threads (RLIMIT_NPROC), the child itself included.
        output_bytes: size of its answer, and of what it may say on its error stream.
    """

    memory_bytes: int = 512 * MIB
    cpu_seconds: int = 15
    wall_seconds: float = 20.0
    file_bytes: int = 0
    processes: int = 1
    output_bytes: int = 4 * MIB
