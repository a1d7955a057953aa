"""`python -m app.rehearsal`: read the arguments, build the world, serve it."""

import argparse
import os
import sys
from pathlib import Path

from app.rehearsal.claude.routes import DEFAULT_API_KEY
from app.rehearsal.clock import Clock
from app.rehearsal.manifest import Manifest, ManifestRefused
from app.rehearsal.process import listening_socket, serve
from app.rehearsal.server import Rehearsal, build_stage, ready_line
from app.rehearsal.stage import Stage
from app.rehearsal.world.default_world import WorldRefused, make_world, read_world_file


def main() -> int:
    """Serve until a signal. 2 when the manifest or the world cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m app.rehearsal", description="A local stand-in for Slack and Claude."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="the app's manifest")
    parser.add_argument("--world", type=Path, help="YAML or JSON that replaces parts of the default workspace")
    parser.add_argument("--clock-file", type=Path, help="file that holds the clock's offset in seconds")
    parser.add_argument("--deliver-to", help="URL that gets events by signed HTTP instead of Socket Mode")
    parser.add_argument("--with-parent", action="store_true", help="end when the parent process ends")
    asked = parser.parse_args()
    parent = os.getppid() if asked.with_parent else None
    try:
        manifest = Manifest.read(asked.manifest)
        told = read_world_file(asked.world) if asked.world else {}
        make_world(told, Clock(asked.clock_file), DEFAULT_API_KEY)
    except (ManifestRefused, WorldRefused, OSError, TypeError, ValueError) as refused:
        print(f"rehearsal: {refused}", file=sys.stderr)
        return 2
    bound = listening_socket(asked.port)
    base_url = f"http://127.0.0.1:{bound.getsockname()[1]}"

    def make_stage() -> Stage:
        world = make_world(told, Clock(asked.clock_file), DEFAULT_API_KEY)
        return build_stage(world, manifest, base_url, asked.deliver_to)

    rehearsal = Rehearsal(make_stage)
    serve(rehearsal, bound, ready_line(rehearsal.stage), parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
