"""One served cloud for all tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.served.clients import UpCloud, start


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UpCloud]:
    """A cloud that ``tracenova up`` serves, with fake hosts and ample quotas."""
    served = start(tmp_path_factory.mktemp("served"))
    yield served
    served.close()


@pytest.fixture(scope="session")
def sdk(cloud: UpCloud) -> Iterator[Any]:
    """The administrator's connection of the openstacksdk."""
    connection = cloud.connect()
    yield connection
    connection.close()
