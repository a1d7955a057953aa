"""A child that untrusted bytes have taken over reaches no network, no file, no secret and no other process."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.guards.hostile_child import HOSTILE, hostile
from tools.guards.child import NetworkTier, network_tier, run_in_child

pytestmark = pytest.mark.usefixtures("leaves_nothing_behind")
ROOT = Path(__file__).parents[3]


def test_memory_taken_past_the_interpreter_counts_too() -> None:
    # given code that maps 16 GB without Python's allocator
    # when it runs in a child
    answer = hostile("fill_memory_outside_python")

    # then the kernel refused it
    assert answer.value == "refused"


def test_no_process_no_thread_and_no_program_can_be_started() -> None:
    # given code that forks, spawns, starts a thousand threads and executes a program
    # when it runs in a child
    forks, program = hostile("start_processes"), hostile("run_a_program")

    # then processes and programs were refused; threads are where the kernel counts them for this user
    assert forks.value[:2] == ["refused", "refused"]
    assert program.value == "refused"
    if os.getuid() != 0:
        assert forks.value[2] == "refused"


def test_nothing_can_be_written_anywhere(tmp_path: Path) -> None:
    # given folders that this process may write to
    # when a child tries to fill them, and memory files
    disks, memory = hostile("write_files", folder=str(tmp_path)), hostile("write_memory_files")

    # then nothing was written
    assert set(disks.value) == {"refused"}
    assert memory.value == "refused"
    assert not list(tmp_path.iterdir())


def test_no_socket_of_any_kind_can_be_used() -> None:
    # given a server that listens on this machine
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        # when a child tries TCP, UDP, IPv6, UNIX sockets and pairs
        answer = hostile("reach_the_network", port=server.getsockname()[1])

        # then every one was refused, and nobody knocked
        assert set(answer.value) == {"refused"}
        with pytest.raises(BlockingIOError):
            server.accept()


def test_the_tier_that_keeps_children_off_the_network_is_told() -> None:
    # given this machine
    # when the tier is asked for, and a child tells its walls
    tier, walls = network_tier(), run_in_child("tools.guards.child_probe:answer", {}).walls

    # then they agree, and something holds
    assert tier is (NetworkTier.NAMESPACE if "namespace" in walls else NetworkTier.FILTER)


def test_secrets_of_the_worker_and_of_the_machine_cannot_be_read(tmp_path: Path) -> None:
    # given a secret in this process's environment and one in a file
    os.environ["TOLD_TO_NO_CHILD"] = "xoxb-not-for-children"
    secret = tmp_path / "master.key"
    secret.write_text("secret")

    # when a child looks at its own environment, at ours, at our memory map, at other files
    answer = hostile("read_secrets", secret=str(secret))
    del os.environ["TOLD_TO_NO_CHILD"]

    # then there was nothing to see
    assert "xoxb-not-for-children" not in json.dumps(answer.value)
    assert set(answer.value["environment"]) <= {"LC_ALL", "TZ", "MALLOC_ARENA_MAX"}
    assert set(answer.value["others"]) == {"refused"}


def test_no_open_file_of_the_worker_is_inherited(tmp_path: Path) -> None:
    # given a file and a socket that this process left inheritable
    with (tmp_path / "open").open("w") as ours, socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(ours.fileno(), True)
        server.set_inheritable(True)

        # when a child looks what it has open beyond its three streams
        answer = hostile("open_descriptors")

    # then there is only its own copy of the answer's pipe
    assert len(answer.value) == 1


def test_other_processes_cannot_be_hurt_and_limits_not_loosened() -> None:
    # given code that signals, renices and limits its parent, leaves its group, and raises its own limits
    # when it runs in a child
    others, limits = hostile("hurt_others"), hostile("loosen_limits")

    # then each was refused
    assert set(others.value) == {"refused"}
    assert set(limits.value) == {"refused"}


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs util-linux to forbid user namespaces")
def test_where_user_namespaces_are_forbidden_the_filter_holds_and_the_tier_says_so() -> None:
    # given a place where no further user namespace may be made, as in a container's default profile
    code = (
        "import json, sys; sys.path.insert(0, '.')\n"
        "from tools.guards.child import network_tier, run_in_child\n"
        f"print(json.dumps([network_tier(), *(run_in_child('{HOSTILE}:' + name, given).value for name, given in "
        "(('reach_the_network', {'port': 9}), ('start_processes', {}), ('write_files', {'folder': '/tmp'})))]))"
    )
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", sys.executable, "-c", code]

    # when children run there
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if "unshare" in ran.stderr and ran.returncode:
        pytest.skip("this machine lets nobody make a user namespace")

    # then sockets, processes and files are refused all the same
    tier, network, processes, files = json.loads(ran.stdout)
    assert tier == NetworkTier.FILTER
    assert {*network, *processes[:2], *files} == {"refused"}
