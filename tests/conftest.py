"""Fixtures: real PostgreSQL servers, one of each kind per process, and fresh databases on them."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import (
    DEBIAN_IS_ABSENT,
    Server,
    debian_programs,
    debian_server,
    embedded_server,
    temporary_database,
)

settings.register_profile("jiefang", deadline=None, print_blob=True)  # two cores are never quiet
settings.load_profile("jiefang")


@pytest.fixture(scope="session")
def embedded() -> Iterator[Server]:
    """The server from the wheel."""
    with embedded_server() as server:
        yield server


@pytest.fixture(scope="session")
def debian() -> Iterator[Server]:
    """The server from Debian's packages."""
    if debian_programs() is None:
        pytest.skip(DEBIAN_IS_ABSENT)
    with debian_server() as server:
        yield server


@pytest.fixture
def database(embedded: Server) -> Iterator[str]:
    """The URL of a fresh, migrated database on the embedded server."""
    with temporary_database(embedded) as url:
        yield url


@pytest.fixture(params=["embedded", "debian"])
def each_server(request: pytest.FixtureRequest) -> Server:
    """Each server in turn."""
    server: Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def each_database(each_server: Server) -> Iterator[str]:
    """The URL of a fresh, migrated database, on each server in turn."""
    with temporary_database(each_server) as url:
        yield url


def pytest_report_header() -> str:
    programs = debian_programs()
    return (
        f"PostgreSQL: embedded, {programs.parent.name} (Debian)" if programs else DEBIAN_IS_ABSENT
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if debian_programs() is None:
        terminalreporter.section("one server only", sep="!", red=True)
        terminalreporter.line(DEBIAN_IS_ABSENT)
