"""Make the tables.

Nova: nova/db/migration.py [db_sync], nova-manage db sync, nova-manage api_db sync
Left out: migrations; a new version of the tables needs a new database.
"""

from tracenova.db.sqlalchemy import api_models, enginefacade, models


def db_sync() -> None:
    """Make all missing tables of both databases.

    Raises:
        DBConnectionError: a database cannot be opened.

    Nova: nova/db/migration.py db_sync
    """
    enginefacade.main_context_manager.create_all(models.BASE.metadata)
    enginefacade.api_context_manager.create_all(api_models.API_BASE.metadata)
