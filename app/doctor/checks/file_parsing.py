"""What closes in the process that parses people's files."""

from collections.abc import Iterator

from app.doctor.bench import Bench
from app.doctor.examining import Check, Finding
from tools.guards.child import ChildKilled, run_in_child
from tools.guards.confinement import CALLS_WALL, FILES_WALL, LIMITS_WALL, NAMESPACE_WALL

MEANING = {
    LIMITS_WALL: "limits of memory and time",
    NAMESPACE_WALL: "a network of its own, with nothing in it",
    FILES_WALL: "no files but its own code (Landlock)",
    CALLS_WALL: "no system call that it never needs (seccomp)",
}


def _look(bench: Bench) -> Iterator[Finding]:
    try:
        walls = run_in_child("tools.guards.child_probe:answer", {}).walls
    except ChildKilled as killed:
        yield CHECK.fail(
            f"A child process could not run ({killed.limit}).",
            "Files cannot be read so. See whether memory or processes of this service are limited too tightly.",
        )
        return
    missing = [said for wall, said in MEANING.items() if wall not in walls]
    if not missing:
        yield CHECK.ok("Files are parsed in a child with every wall: " + "; ".join(MEANING.values()) + ".")
        return
    # without either of the two nothing but the parsing code keeps bytes from the network
    found = CHECK.warn if NAMESPACE_WALL in walls or CALLS_WALL in walls else CHECK.fail
    yield found(
        f"Files are parsed in a child that lacks: {'; '.join(missing)}.",
        "Use a kernel of 5.13 or newer, and let this service make user namespaces (sysctl user.max_user_namespaces).",
    )


CHECK = Check("file parsing", 110, _look)
