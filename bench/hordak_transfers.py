"""Transfers by django-hordak; run by the Python of `.venv-bench` with a URL and a number."""

import json
import sys
import time
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNTS = 100


def configured(url: str) -> None:
    """Django on that database, with what hordak needs and nothing else."""
    import django  # type: ignore[import-not-found]  # it is installed in .venv-bench only
    from django.conf import settings  # type: ignore[import-not-found]  # likewise

    parts = urlsplit(url)
    where = parse_qs(parts.query)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": parts.username,
        "HOST": where["host"][0],
        "PORT": where["port"][0],
        "CONN_MAX_AGE": None,
    }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def accounts() -> list[Any]:
    """Accounts of one kind, in a currency that needs no rate."""
    from hordak.models import Account  # type: ignore[import-not-found]  # likewise

    return [
        Account.objects.create(name=f"account {number}", code=str(number), type="LI")
        for number in range(ACCOUNTS)
    ]


def main(url: str, transfers: int) -> None:
    """Make the tables, then so many transfers; print how many there were a second."""
    configured(url)
    from django.core.management import call_command  # type: ignore[import-not-found]  # likewise
    from moneyed import Money  # type: ignore[import-not-found]  # likewise

    call_command("migrate", verbosity=0)
    known = accounts()
    pairs = zip(cycle(known), cycle(known[1:]), range(transfers), strict=False)
    began = time.perf_counter()
    for source, destination, _ in pairs:
        source.transfer_to(destination, Money("6.00", "EUR"))
    print(json.dumps({"per_second": transfers / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
