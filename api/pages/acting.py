"""Acting: a page's form is a command, given once however often it is sent; nothing typed is lost.

The form brings its key along, so a double click, the back button and a second tab change nothing
twice. Whoever must be sure is shown first what would happen. A refusal comes back with the form as
it was filled in; so does a form that was sent after the session had ended (see `keeping`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from api import asked
from api.answers import problem_of
from api.desk import desk_of
from api.pages import fields
from api.pages.forms import AGAIN, KEY, OWN, SURE, YUAN, Form, command_of, fen_of, new_key
from api.pages.languages import Speech, speech_of
from api.pages.reading import OnPage
from api.pages.refusals import named
from api.pages.routing import seen_other
from api.pages.words import FIELDS
from api.problems import Problem, of_malformed
from api.reading import nothing_there
from api.visits import visit_of
from ledger.access.signed_in import SignedIn
from ledger.deciding.answers import Accepted, Answer, Declined, Unit
from ledger.domain.community_records import SHANGHAI
from ledger.domain.values import ZoneName
from ledger.exchange.faults import Malformed

T = TypeVar("T")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a form: it happened (`accepted`), would happen (`to_be_sure`), or did not.

    The page that shows it is of that position at least, so that she sees what kept it from
    happening.
    """

    form: Form
    accepted: Accepted | None = None
    to_be_sure: Accepted | None = None
    position: int = 0

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form again."""
        return self.form.problem.status if self.form.problem else 200

    @property
    def code(self) -> object:
        """Why it did not happen; None if nothing was refused."""
        return self.form.problem.code if self.form.problem else None


def must_be_one(of: Mapping[str, T], name: str) -> T:
    """What is called so among a page's steps. Raises the problem 404 for any other name."""
    found = of.get(name)
    if found is None:
        raise nothing_there()
    return found


async def send(
    request: Request,
    who: SignedIn,
    name: str,
    *,
    surely: bool = False,
    where: ZoneName = SHANGHAI,
    given: Mapping[str, str] | None = None,
    **known: str,
) -> Sent:
    """Give the command that the form says; `known` are fields that the page itself knows.

    `surely`: it is given once the form says that she is sure, and only tried before. `given` is
    what the form sent, where the page has read it already.
    """
    given = await fields.read(request) if given is None else given
    filled = {field: text for field, text in given.items() if field not in OWN}
    command = command_of(name, filled | known, where)
    return await give(request, who, given, command, surely=surely)


async def give(
    request: Request,
    who: SignedIn,
    given: Mapping[str, str],
    command: object | Malformed,
    *,
    surely: bool = False,
) -> Sent:
    """Give the command that a form was found to say."""
    key = given.get(KEY) or new_key()
    filled = {field: text for field, text in given.items() if field not in OWN}
    if AGAIN in given:
        return Sent(Form(filled))
    if isinstance(command, Malformed):
        return _refused(request, filled, of_malformed(command))
    unit = Unit(who.authority, key, (command,), asked.time(request))
    trying = surely and SURE not in given
    (answer,) = await desk_of(request).decide([unit], dry_run=trying)
    return await _sent(request, Form(filled, key=key), answer, trying=trying)


async def _sent(request: Request, form: Form, answer: Answer, *, trying: bool) -> Sent:
    if not isinstance(answer, Accepted):
        position = answer.position if isinstance(answer, Declined) else 0
        problem = await named(request, problem_of(answer))
        return _refused(request, form.given, problem, position)
    if trying:
        return Sent(form, to_be_sure=answer)
    visit_of(request).position = answer.position
    return Sent(form, accepted=answer)


def _refused(
    request: Request, given: Mapping[str, str], problem: Problem, position: int = 0
) -> Sent:
    visit_of(request).code = problem.code.name
    return Sent(Form(given, problem), position=position)


def seen_after(path: str, sent: Sent, done: str, **more: str) -> Response:
    """The page that shows what was done, once the read models have come so far."""
    position = sent.accepted.position if sent.accepted else 0
    return seen_other(f"{path}?{urlencode({'at_least': position, 'done': done} | more)}")


def be_sure(
    request: Request,
    sent: Sent,
    what: str,
    about: str,
    *,
    texts: Mapping[str, str] = NO_TEXTS,
    labels: Mapping[str, str] = FIELDS,
    follows: Iterable[tuple[str, str]] = (),
) -> OnPage:
    """What she is about to do, as she filled it in, to be confirmed or to be changed.

    `texts` are the words for what she chose out of a list, `labels` what each field is called;
    `follows` is what would come of it.
    """
    filled = sent.form.given.items()
    given = {name: text for name, text in filled if _unnumbered(name) in labels}
    say = speech_of(request)
    told = [
        (
            labels[_unnumbered(name)],
            say.said(texts[text]) if text in texts else _read(name, text, say),
        )
        for name, text in given.items()
        if text
    ]
    told.extend(follows)
    values = {"what": what, "about": about, "told": told, "given": given, "form": sent.form}
    return OnPage(request, "sure", values | {"where": "", "warnings": ()})


def counted(sent: Sent, texts: Mapping[type, str]) -> Iterator[tuple[str, str]]:
    """What would come of it, in numbers: how many events of each kind that has words."""
    events = sent.to_be_sure.events if sent.to_be_sure else ()
    found = Counter(type(each.event) for each in events)
    yield from ((told, str(found[kind])) for kind, told in texts.items() if found[kind])


def _read(name: str, text: str, say: Speech) -> str:
    """What was typed, as pages write it: an amount in yuan, a day with its month in words."""
    if name.endswith(YUAN) and (fen := fen_of(text)) is not None:
        return say.yuan(fen)
    try:
        return say.day(date.fromisoformat(text)) if DAY.fullmatch(text) else text
    except ValueError:
        return text


def _unnumbered(name: str) -> str:
    """What every row calls the field: `bands.approvers` of `bands.0.approvers`."""
    return ".".join(each for each in name.split(".") if not each.isdecimal())
