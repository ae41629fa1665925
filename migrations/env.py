"""What alembic runs: brings the open connection that `foundation.schema` hands over to the head."""

from alembic import context

from migrations.tables import every_table

#: Two servers that start at once take turns. Any fixed number does.
_LOCK = 7_120_026


def _run() -> None:
    connection = context.config.attributes["connection"]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    context.configure(connection=connection, target_metadata=every_table(), compare_type=True)
    context.run_migrations()


_run()
