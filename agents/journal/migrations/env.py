"""Alembic's entry: runs the migrations on the connection that agents/journal/migrate.py hands over."""

from alembic import context

from agents.journal.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
