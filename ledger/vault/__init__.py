"""The vault: what is personal lives here, encrypted, and nowhere else.

A paper is a numbered, immutable, sealed sheet about one person: her facts, or how she is reached.
Events name a paper's version and a salted commitment to it, so that the log proves what was known
without saying it. Each person has a key of her own, wrapped by a master key that is kept outside
the database and outside its backup: who destroys the person's key, or in time the master key that
wrapped it, has erased her papers from every old copy as well.

    errors.py   what can go wrong
    keys.py     the master keys, in a folder or in the environment
    sheets.py   sealing, opening and committing; no SQL
    cache.py    the sheets opened lately
    sealing.py  what a batch brings to the vault
    index.py    by what a person is found, none of it stored; reindexing.py makes it anew
    vault.py    reading and writing the tables of vault.sql
    checking.py whether it holds the papers that the log commits to
    views.py    how people read papers: who looked is logged, in a chain of hashes
    naming.py   how persons stand in a public list
    rotation.py from one master key to the next
"""
