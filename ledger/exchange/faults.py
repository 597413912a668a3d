"""What is wrong with a command from outside: every fault with its place, in both languages.

Looked for only after decoding has failed, so it may take its time; it never raises, and it never
shows more of what was sent than a few characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum, StrEnum
from itertools import islice
from typing import Annotated, Any, Final

import msgspec

from ledger.exchange.shapes import (
    ITEMS_MOST,
    YEAR_FIRST,
    YEAR_LAST,
    Choice,
    Day,
    Field,
    Flag,
    Many,
    Moment,
    Number,
    Open,
    Record,
    Shape,
    Text,
)

FAULTS_MOST: Final = 20
SHOWN_MOST: Final = 40
"""Characters of an offending value that are shown."""


class FaultKind(StrEnum):
    """How far reading came."""

    unreadable = "unreadable"  # not JSON, or not Unicode
    unknown_command = "unknown_command"
    unfit = "unfit"  # JSON, but not what the command is


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a JSON pointer (RFC 6901) and the value, as shortened JSON."""

    pointer: str
    en: str
    zh: str
    value: str
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Malformed:
    """Not a command; at least one fault, at most twenty of them."""

    kind: FaultKind
    faults: tuple[Fault, ...]

    def within(self, pointer: str) -> "Malformed":
        """The same, of a command that stood at a place in something larger."""
        moved = (replace(fault, pointer=pointer + fault.pointer) for fault in self.faults)
        return Malformed(self.kind, tuple(moved))


Faults = Iterator[Fault]


def unreadable(en: str = "This is not JSON.", zh: str = "内容不是 JSON。") -> Malformed:
    """What could not be read at all."""
    return Malformed(FaultKind.unreadable, (Fault("", en, zh, ""),))


def explain(record: Record, body: bytes) -> Malformed:
    """Everything that keeps the body from being this record."""
    try:
        value = msgspec.json.decode(body)
    except UnicodeDecodeError:
        return unreadable("The text is not UTF-8.", "文本不是 UTF-8 编码。")
    except RecursionError:
        return unreadable("The JSON is nested too deeply.", "JSON 嵌套过深。")
    except msgspec.MsgspecError as error:
        return unreadable(f"This is not JSON: {error}.", f"内容不是 JSON：{error}。")
    found = tuple(islice(_record(record, value, ""), FAULTS_MOST))
    return Malformed(FaultKind.unfit, found or (_of("", value, "It does not fit.", "内容不符。"),))


def _of(pointer: str, value: object, en: str, zh: str) -> Fault:
    return Fault(pointer, en, zh, _shown(value))


def _shown(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN_MOST else text[: SHOWN_MOST - 1] + "…"


def _record(record: Record, value: object, at: str) -> Faults:
    if not isinstance(value, dict):
        yield _of(at, value, "This must be an object.", "此处应为对象。")
        return
    known = {field.name: field for field in record.fields}
    for name in value:
        if name not in known:
            yield _unknown_field(name, list(known), value[name], at)
    for name, field in known.items():
        if name in value:
            yield from _field(field, value[name], f"{at}/{name}")
        elif field.required:
            en, zh = f"{name} is missing.", f"缺少 {name}。"
            yield Fault(f"{at}/{name}", en, zh, "", is_missing=True)


def _unknown_field(name: str, known: list[str], value: object, at: str) -> Fault:
    near = get_close_matches(name, known, n=1)
    en, zh = "There is no such field.", "没有此字段。"
    if near:
        en, zh = f"{en} Did you mean {near[0]}?", f"{zh}是否指 {near[0]}？"
    shown = name[:SHOWN_MOST].replace("~", "~0").replace("/", "~1")
    return _of(f"{at}/{shown}", value, en, zh)


def _field(field: Field, value: object, at: str) -> Faults:
    if value is None:
        if not field.nullable:
            yield _of(at, value, "This must not be null.", "此处不能为 null。")
        return
    yield from _shape(field.shape, value, at)


def _shape(shape: Shape, value: object, at: str) -> Faults:  # noqa: PLR0911 - one shape a line
    match shape:
        case Open():
            return iter(())
        case Text():
            return _text(shape, value, at)
        case Number():
            return _number(shape, value, at)
        case Flag():
            return _flag(value, at)
        case Choice():
            return _choice(shape.enum, value, at)
        case Day():
            return _moment(date, value, at)
        case Moment():
            return _moment(datetime, value, at)
        case Many():
            return _many(shape.item, value, at)
        case Record():
            return _record(shape, value, at)


def _text(shape: Text, value: object, at: str) -> Faults:
    if not isinstance(value, str):
        yield _of(at, value, "This must be text.", "此处应为文本。")
    elif len(value) > shape.length:
        yield _of(
            at,
            value,
            f"The text has {len(value)} characters; {shape.length} is the most.",
            f"文本有 {len(value)} 个字符；最多 {shape.length} 个。",
        )
    elif not re.search(shape.pattern, value):
        form = FORMS.get(shape.named, PLAIN_FORM)
        yield _of(at, value, f"This must be {form[0]}.", f"此处应为{form[1]}。")


PLAIN_FORM: Final = (
    "text without control characters or spaces at its ends",
    "首尾无空格、无控制字符的文本",
)
_SLUG_FORM: Final = (
    "an id of lower-case letters, digits and single hyphens, such as jn-2026-01",
    "由小写字母 a 至 z、数字和单个连字符组成的编号，如 jn-2026-01",
)
_UUID_FORM: Final = ("a random UUID (version 4) in lower case", "小写的随机 UUID（第 4 版）")
_PERSON_LIKE: Final = "6f1c2b7e-2d0c-4c58-9a55-0d0a3d4b1c11 (UUID 4)"
_DIGEST_FORM: Final = ("64 digits from 0 to 9 and a to f", "64 位由 0–9 和 a–f 组成的摘要")
_PATH_FORM: Final = (
    "a community's id, a slash and a short name in lower-case letters and digits: xianhu/e1",
    "社区编号、斜杠和由小写字母、数字组成的简短名称，如 xianhu/e1",
)
FORMS: Final = {
    "PersonId": (
        f"a person's id, told by a registrar, and no name: all 36 characters as in {_PERSON_LIKE}",
        f"人员编号（可向登记员查询），不是姓名：完整的 36 位，如 {_PERSON_LIKE}",
    ),
    "CommunityId": _SLUG_FORM,
    "SiteId": _SLUG_FORM,
    "ShiftId": _SLUG_FORM,
    "SiteCode": ("the nine digits on the display", "屏幕上的九位数字"),
    "FundId": _SLUG_FORM,
    "ResolutionId": _SLUG_FORM,
    "MeetingId": _SLUG_FORM,
    "ContributionId": _SLUG_FORM,
    "NoticeId": _SLUG_FORM,
    "CertificateId": _UUID_FORM,
    "HandoverId": _UUID_FORM,
    "SlipId": _UUID_FORM,
    "CardId": _UUID_FORM,
    "CertificateNumber": ("a number such as jinning-2026-0001", "编号，如 jinning-2026-0001"),
    "Sha256": _DIGEST_FORM,
    "Digest": _DIGEST_FORM,
    "PayerPath": ("a kind and short names, joined by slashes", "以斜杠相连的类别和简称"),
    "LogOrigin": ("a name such as ledger.example.org/log", "名称，如 ledger.example.org/log"),
    "Slug": _SLUG_FORM,
    "CooperativeId": _PATH_FORM,
    "UnitId": _PATH_FORM,
    "PayerName": ("a short name, or two joined by a slash", "简短名称，或以斜杠相连的两个名称"),
    "RuleCode": ("capitals, digits and underscores", "大写字母、数字和下划线"),
    "ZoneName": ("a time zone such as Asia/Shanghai", "时区名称，如 Asia/Shanghai"),
    "Key": ("visible ASCII characters without spaces", "可见的 ASCII 字符，不含空格"),
    "VolunteerNumber": ("4 to 32 letters and digits", "4至32位字母和数字"),
    "IdentityDocument": ("5 to 18 letters and digits", "5至18位字母和数字"),
    "Month": ("a month such as 2026-03", "月份，如 2026-03"),
}
"""How the text of each type looks, in words: nobody reads a pattern."""


def _number(shape: Number, value: object, at: str) -> Faults:
    if isinstance(value, bool) or not isinstance(value, int):
        yield _of(
            at, value, "This must be a whole number, without quotes.", "此处应为整数，不加引号。"
        )
    elif not shape.least <= value <= shape.most:
        yield _of(
            at,
            value,
            f"The number must be from {shape.least} to {shape.most}.",
            f"数值应在 {shape.least} 至 {shape.most} 之间。",
        )


def _flag(value: object, at: str) -> Faults:
    if not isinstance(value, bool):
        yield _of(at, value, "This must be true or false.", "此处应为 true 或 false。")


def _choice(enum: type[Enum], value: object, at: str) -> Faults:
    allowed = [each.value for each in enum]
    if isinstance(value, bool | float | list | dict) or value not in allowed:
        listed = ", ".join(map(str, allowed))
        yield _of(at, value, f"This must be one of: {listed}.", f"此处应为以下之一：{listed}。")


_MOMENT_FORM: Final[dict[type[date], tuple[str, str]]] = {
    date: (
        "This must be a day that exists, written as 2026-03-02.",
        "此处应为存在的日期，写作 2026-03-02。",
    ),
    datetime: (
        "This must be a time with its offset, written as 2026-03-02T09:00:00+08:00.",
        "此处应为带时区的时间，写作 2026-03-02T09:00:00+08:00。",
    ),
}


def _moment(kind: type[date], value: object, at: str) -> Faults:
    year = _year(kind, value)
    if year is None:
        yield _of(at, value, *_MOMENT_FORM[kind])
    elif not YEAR_FIRST <= year <= YEAR_LAST:
        en = f"The year must be from {YEAR_FIRST} to {YEAR_LAST}."
        yield _of(at, value, en, f"年份应在 {YEAR_FIRST} 至 {YEAR_LAST} 之间。")


def _year(kind: type[date], value: object) -> int | None:
    wanted: Any = Annotated[datetime, msgspec.Meta(tz=True)] if kind is datetime else kind
    if not isinstance(value, str):
        return None
    try:
        year: int = msgspec.convert(value, wanted).year
    except msgspec.ValidationError:
        return None
    return year


def _many(item: Shape, value: object, at: str) -> Faults:
    if not isinstance(value, list):
        yield _of(at, value, "This must be a list.", "此处应为列表。")
    elif len(value) > ITEMS_MOST:
        yield _of(
            at,
            len(value),
            f"The list has {len(value)} items; {ITEMS_MOST} is the most.",
            f"列表有 {len(value)} 项；最多 {ITEMS_MOST} 项。",
        )
    else:
        for place, each in enumerate(value):
            yield from _shape(item, each, f"{at}/{place}")
