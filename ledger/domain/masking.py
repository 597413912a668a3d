"""Masking (脱敏): how a person's name stands in a public list.

    张三        张*         a surname and one character
    张小三      张*三       a surname and more
    欧阳明      欧阳*       the same where the surname has two characters
    欧阳小明    欧阳*明
    Aynur       A***        any other script, also in part
    明          *           one character alone, of any script

At least one character is always hidden. On one list the same person looks the same
throughout, and two persons whose names are masked alike are numbered. Minors are never named.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final, NewType

from ledger.domain.ages import AgeRule, age_on
from ledger.domain.values import PersonId

MaskedName = NewType("MaskedName", str)

NOT_NAMED: Final = MaskedName("不具名")
"""Who stands in a list without a name: not named, for whatever reason."""
ADULT_YEARS: Final = 18
"""Minors are never named in public (DOMAIN 2, 脱敏); one grows up on her birthday (民法典 17)."""
HIDDEN: Final = "*"
ABROAD: Final = "***"
_COMPOUND: Final = (
    "欧阳 上官 司马 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 司空 东方 南宫 西门 独孤 "
    "端木 轩辕 申屠 太史 呼延 闻人 钟离 澹台 濮阳 淳于 单于 公冶 宗政 赫连 鲜于 闾丘 亓官 司寇 "
    "仉督 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 段干 百里 东郭 南门 羊舌 "
    "微生 梁丘 左丘 东门 第五 歐陽 司馬 諸葛 尉遲 公孫 長孫 東方 南宮 西門 獨孤 軒轅 聞人 "
    "鍾離 澹臺 濮陽 單于 鮮于 閭丘"
)
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND.split())
"""Surnames of two characters, as a name with simplified or traditional ones may have them."""


def masked(name: str) -> MaskedName:
    """The name as the public sees it; nothing of a name of one character."""
    letters = "".join(name.split())
    if not letters[1:]:
        return MaskedName(HIDDEN)
    if not all(map(_is_chinese, letters)):
        return MaskedName(letters[0] + ABROAD)
    size = 2 if letters[:2] in COMPOUND_SURNAMES else 1
    surname, given = letters[:size], letters[size:]
    match len(given):
        case 0:
            return MaskedName(surname[: size - 1] + HIDDEN)
        case 1:
            return MaskedName(surname + HIDDEN)
        case _:
            return MaskedName(surname + HIDDEN + given[-1])


def labels(names: Mapping[PersonId, str]) -> dict[PersonId, MaskedName]:
    """The masked names of one list; those that would look alike are numbered by their ids.

    An id is random, so a number says nothing of its person.
    """
    alike: defaultdict[MaskedName, list[PersonId]] = defaultdict(list)
    for person in sorted(names):
        alike[masked(names[person])].append(person)
    return {
        person: name if len(persons) == 1 else MaskedName(f"{name}({number})")
        for name, persons in alike.items()
        for number, person in enumerate(persons, start=1)
    }


def may_be_named(born_on: date, day: date) -> bool:
    """Whether she is of age on the day on which the list is shown."""
    return age_on(born_on, day, AgeRule.on_the_birthday) >= ADULT_YEARS


def _is_chinese(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff"
