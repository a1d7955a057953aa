"""`python -m app.cli` is `tagwork`."""

from app.cli import main

main()
