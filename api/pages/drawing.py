"""Drawing: templates become pages, which hold no script and no style but those of our own files."""

import gzip
from functools import cache, partial
from hashlib import sha256
from http import HTTPMethod
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from api.desk import desk_of
from api.pages import languages, refusals
from api.pages.languages import NAMES, Speech, speech_of
from api.pages.rooms import open_to, room_of
from api.pages.visitors import visitor_of
from api.sessions import DEPENDS_ON_COOKIE
from api.visits import visit_of

HERE: Final = Path(__file__).parents[1]
TEMPLATES: Final = HERE / "templates"
STATIC: Final = HERE / "static"
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FINGERPRINT_LENGTH: Final = 16

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and do: nothing that is not ours, and nothing inline."""


class Asset:
    """A file that never changes under its address, for that has its digest."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.packed = gzip.compress(self.content, mtime=0)
        digest = sha256(self.content).hexdigest()[:FINGERPRINT_LENGTH]
        self.name = f"{path.stem}-{digest}{path.suffix}"
        self.url = f"/static/{self.name}"


ASSETS: Final = MappingProxyType(
    {path.name: Asset(path) for path in sorted(STATIC.rglob("*")) if path.suffix in TYPES}
)


@cache
def environment(language: str) -> Environment:
    """The templates, speaking a language."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = languages.translations(language)
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension brings it
        found.gettext, found.ngettext, newstyle=True
    )
    env.globals |= {
        "static": lambda name: ASSETS[name].url,
        "language_names": NAMES,
        "told_of": refusals.told,
        "sentences": refusals.sentences,
    }
    return env


def page(
    request: Request,
    name: str,
    *,
    status: int = 200,
    address: str = "",
    **values: Any,  # noqa: ANN401 - what the template shows
) -> Response:
    """A page as the answer to this request, in the language of its browser.

    `address` is where it can be asked for, if not where it was answered.
    """
    speech = speech_of(request)
    languages.keep(request)
    visit = visit_of(request)
    if DEPENDS_ON_COOKIE not in visit.headers_out:
        visit.headers_out.append(DEPENDS_ON_COOKIE)
    who, desk = visitor_of(request), desk_of(request)
    path, rooms = address or request.url.path, open_to(who)
    shown = {
        "say": speech,
        "path": path,
        "done": request.query_params.get("done", ""),
        "rooms": rooms,
        "in_room": room_of(path, rooms),
        "is_signed_in": who is not None,
        "help_desk": desk.running.settings.help_desk,
        "simulated": desk.simulated,
        "switched": _switched(request, address or asked_for_at(request)),
        "form_at": "" if request.method == HTTPMethod.GET else address or asked_for_at(request),
        "task": partial(_task, request, speech),
    }
    text = environment(speech.language).get_template(f"{name}.html").render(shown | values)
    headers = {
        "Content-Language": speech.tag,
        "Content-Security-Policy": POLICY,
        "Vary": "Accept-Language",
    }
    return Response(text, status, headers, "text/html")


def asked_for_at(request: Request) -> str:
    """Where a page can be asked for: the answer to a form stands where the form does, or below."""
    path = request.url.path
    known = request.app.state.asked_for
    while request.method != HTTPMethod.GET and not any(at.match(path) for at in known):
        path = path.rpartition("/")[0] or "/"
    return path


def _switched(request: Request, path: str) -> Any:  # noqa: ANN401 - a function for templates
    """The address of the same page in another language or size; what else was asked is kept."""
    asked = request.query_params
    kept = {name: asked[name] for name in asked if name not in SAID_ONCE}

    def switched(**asked: str) -> str:
        return f"{path}?{urlencode(kept | asked)}"

    return switched


def _task(request: Request, speech: Speech, *names: str) -> str | None:
    """Which of its tasks a page shows; "" is the first. None, all of them, but for elders."""
    if not speech.elder:
        return None
    asked = request.query_params.get("task", "")
    return asked if asked in names else ""


SAID_ONCE: Final = frozenset({"lang", "elder", "done", "at_least"})
"""What a page is not asked with again."""
