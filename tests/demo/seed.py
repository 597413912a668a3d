"""Writes a random case with its expected values: python -m tests.demo.seed SEED > case.json."""

import sys

from tests.reference.fill import case_text
from tests.reference.random_cases import filled, random_case

if __name__ == "__main__":
    case = random_case(int(sys.argv[1]), residents=25, claims=90, attendance=60)
    sys.stdout.write(case_text(filled(case)))
