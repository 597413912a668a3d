"""The library's own tests of a recorder, run against ours on every server."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from ledger.store.recorder import LedgerRecorder
from tests.servers import temporary_database
from tests.store.owner import OwnersDatastore


class OurRecorder:
    """Hands the library's cases our recorder; its ids are text, as ours are."""

    server: ClassVar[str]
    url: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _fresh_database(self, request: pytest.FixtureRequest) -> Iterator[None]:
        with temporary_database(request.getfixturevalue(self.server)) as type(self).url:
            yield

    def new_originator_id(self) -> UUID | str:
        return str(uuid4())

    def create_recorder(self) -> LedgerRecorder:
        return LedgerRecorder(OwnersDatastore(self.url))


class TestOnEmbedded(OurRecorder, ApplicationRecorderTestCase[LedgerRecorder]):
    """Inserting, selecting, positions, conflicts, concurrency and subscriptions."""

    server = "embedded"

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestOnDebian(TestOnEmbedded):
    """The same on the server from Debian."""

    server = "debian"


class TestNonInterleavingOnEmbedded(OurRecorder, NonInterleavingNotificationIDsBaseCase):
    """Two writers of many events never interleave."""

    server = "embedded"


class TestNonInterleavingOnDebian(TestNonInterleavingOnEmbedded):
    """The same on the server from Debian."""

    server = "debian"


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
