"""Writes what is missing, and nothing else: python -m tests.store.samples."""

import sys

from tests.store.samples import FOLDER, write_missing
from tests.store.samples.choices import keep_more

if __name__ == "__main__":
    keep_more(FOLDER)
    sys.stdout.writelines(f"{name}\n" for name in write_missing())
