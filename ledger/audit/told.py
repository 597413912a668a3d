"""Faults that a person is told, in both languages."""


class ToldInBoth(Exception):
    """What is wrong and what to do, in a sentence of each language; as text, Chinese first."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(f"{zh}{en}")
        self.en = en
        self.zh = zh
