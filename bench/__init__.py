"""Benchmarks: this ledger beside its named peers, on the same server and in the same minutes.

`python -m bench [name…] [--quick]` measures; nothing here asserts, a slow machine is no mistake.
"""
