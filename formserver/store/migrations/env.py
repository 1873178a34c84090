"""Run by Alembic; the connection and, for comparisons, the MetaData come from :mod:`formserver.store.migrate`."""

from __future__ import annotations

from alembic import context

from formserver.store.migrate import include_object

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    include_object=include_object,
    compare_type=True,
    render_as_batch=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
