"""Languages: Chinese and English, which one a browser is shown, and how hours and days are said.

`?lang=` wins over the cookie, the cookie over `Accept-Language`; a browser that says nothing is
shown Chinese. Messages are in `api/locale`, one catalogue a language, read once at start.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

from api import sessions
from api.problems import language_of
from api.visits import header
from ledger.domain.values import ZoneName, zone

FOLDER: Final = Path(__file__).parents[1] / "locale"
LOCALES: Final = {"zh": "zh_Hans", "en": "en"}
"""The languages, the first one first, each with its locale."""
NAMES: Final = {"zh": "中文", "en": "English"}
TAGS: Final = {"zh": "zh-Hans", "en": "en"}
LANGUAGE_COOKIE: Final = "__Host-lang"
ELDER_COOKIE: Final = "__Host-elder"
YEAR_SECONDS: Final = 365 * 24 * 60 * 60
HOUR: Final = 60
FEN_PER_YUAN: Final = 100
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"


def marked(message: str) -> str:
    """The message as it is, for the catalogues to have it; it is `said` when it is needed."""
    return message


@cache
def catalogue(language: str) -> Catalog:
    """The messages of a language."""
    locale = LOCALES[language]
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


@cache
def translations(language: str) -> GNUTranslations:
    """The same, to be asked."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Speech:
    """How a page speaks, and whether it is the elders' version."""

    language: str
    elder: bool

    @property
    def tag(self) -> str:
        """The language as HTML and HTTP name it."""
        return TAGS[self.language]

    def said(self, message: str, **values: object) -> str:
        """The message in this language."""
        text = translations(self.language).gettext(message)
        return text % values if values else text

    @property
    def comma(self) -> str:
        """What stands between two parts of a line."""
        return self.of_both("，", ", ")

    @property
    def colon(self) -> str:
        """What stands between a thing and what is said of it."""
        return self.of_both("：", ": ")

    @property
    def semicolon(self) -> str:
        """What stands between two statements of a line."""
        return self.of_both("；", "; ")

    def listed(self, *texts: str) -> str:
        """One after the other on a line."""
        return self.comma.join(texts)

    def of_both(self, zh: str, en: str) -> str:
        """Whichever of two sentences is in this language."""
        return zh if self.language == "zh" else en

    def number(self, number: int) -> str:
        """How many: 1,234, and below zero as an amount is."""
        return f"{MINUS if number < 0 else ''}{abs(number):,}"

    def duration(self, minutes: int) -> str:
        """Hours and minutes: 2 小时 5 分钟, 2 h 5 min."""
        hours, rest = divmod(abs(minutes), HOUR)
        told = [self.said("%(hours)d h", hours=hours)] if hours else []
        if rest or not hours:
            told.append(self.said("%(minutes)d min", minutes=rest))
        whole = " ".join(each.replace(" ", NO_BREAK) for each in told)
        return f"{MINUS}{whole}" if minutes < 0 else whole

    def waiting(self, seconds: int) -> str:
        """How long to wait: whole seconds up to a minute, then whole minutes, never too short."""
        if seconds <= HOUR:
            return self.said("%(seconds)d seconds", seconds=seconds)
        return self.said("%(minutes)d minutes", minutes=-(-seconds // HOUR))

    def plain_yuan(self, fen: int) -> str:
        """An amount as it is typed: 1234.50."""
        whole, rest = divmod(abs(fen), FEN_PER_YUAN)
        return f"{'-' if fen < 0 else ''}{whole}.{rest:02}"

    def yuan(self, fen: int) -> str:
        """An amount of fen, exactly: 1,234.50 元, ¥1,234.50."""
        whole, rest = divmod(abs(fen), FEN_PER_YUAN)
        amount = f"{whole:,}.{rest:02}"
        told = f"{amount}{NO_BREAK}元" if self.language == "zh" else f"¥{amount}"
        return f"{MINUS}{told}" if fen < 0 else told

    def day(self, day: date) -> str:
        """A day: 2026年3月2日, 2 Mar 2026."""
        form = "long" if self.language == "zh" else "d MMM y"
        return format_date(day, form, locale=LOCALES[self.language])

    def month(self, month: str) -> str:
        """A month: 2026年3月, March 2026."""
        form = "y年M月" if self.language == "zh" else "MMMM y"
        return format_date(date.fromisoformat(f"{month}-01"), form, locale=LOCALES[self.language])

    def moment(self, moment: datetime, where: ZoneName) -> str:
        """A local day and the time on it."""
        form = "y年M月d日 HH:mm" if self.language == "zh" else "d MMM y, HH:mm"
        return format_datetime(moment, form, zone(where), LOCALES[self.language])

    def moment_there(self, moment: datetime) -> str:
        """The same of a moment that is told with the local time of its place."""
        form = "y年M月d日 HH:mm" if self.language == "zh" else "d MMM y, HH:mm"
        return format_datetime(moment, form, moment.tzinfo, LOCALES[self.language])

    def time(self, moment: datetime, where: ZoneName) -> str:
        """The local time of a day."""
        return format_datetime(moment, "HH:mm", zone(where), LOCALES[self.language])


def typed(moment: datetime, where: ZoneName) -> str:
    """A local time as a form has it: 2026-03-02T09:00."""
    return moment.astimezone(zone(where)).strftime("%Y-%m-%dT%H:%M")


def speech_of(request: Request) -> Speech:
    """How this browser is spoken to."""
    accepted = header(request, b"accept-language") or "zh"
    asked = (request.query_params.get("lang"), sessions.cookie(request, LANGUAGE_COOKIE))
    language = next((each for each in asked if each in LOCALES), language_of(accepted))
    elder = request.query_params.get("elder") or sessions.cookie(request, ELDER_COOKIE)
    return Speech(language, elder == "1")


def keep(request: Request) -> None:
    """Let the browser keep what it asked for in this request."""
    for name, cookie, known in (
        ("lang", LANGUAGE_COOKIE, tuple(LOCALES)),
        ("elder", ELDER_COOKIE, ("0", "1")),
    ):
        value = request.query_params.get(name)
        if value in known:
            sessions.keep_for(request, cookie, value, YEAR_SECONDS)
