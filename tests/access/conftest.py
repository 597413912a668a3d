"""Fixtures: an identity provider on this machine, and a client that soon loses patience with it."""

from collections.abc import Iterator

import pytest

from ledger.access.oidc_http import Http
from tests.access import issuer as identity
from tests.access.issuer import Issuer


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with identity.issuer() as here:
        yield here


@pytest.fixture
def http() -> Iterator[Http]:
    with Http() as client:
        yield client


@pytest.fixture
def impatient() -> Iterator[Http]:
    with Http(seconds_most=1) as client:
        yield client
