"""All pages: their headers, their files, their languages, and nothing inline."""

import re
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from httpx2 import Response

from api.pages.drawing import ASSETS, STATIC, TEMPLATES, environment
from api.pages.languages import LOCALES, Speech, catalogue
from tests.pages.messages import used
from tests.pages.site import SID, Site, set_cookies

OPEN = (
    *("/", "/sign-in", "/slip", "/card", "/check", "/check/jinning-2026-0001"),
    *("/log", "/log/1", "/public", "/public/league", "/public/notices"),
)
OWN = ("/me", "/me/print", "/me/sessions", "/me/password")
POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "script-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def guarded(answer: Response) -> None:
    headers = answer.headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Strict-Transport-Security"].startswith("max-age=")
    assert "camera=()" in headers["Permissions-Policy"]
    vary = {each.strip() for line in headers.get_list("vary") for each in line.split(",")}
    assert {"Cookie", "Accept-Language"} <= vary


def test_every_page_has_the_same_guards(shared_site: Site) -> None:
    shared_site.browser.cookies.clear()
    for path in OPEN:
        guarded(shared_site.browser.get(path))
    guarded(shared_site.sign_in("1", "x"))
    guarded(shared_site.post("/sign-in", {}, {"Sec-Fetch-Site": "cross-site"}))
    shared_site.signed_in()
    for path in OWN:
        answer = shared_site.browser.get(path)
        assert answer.status_code == 200
        guarded(answer)


def test_whoever_is_not_signed_in_is_sent_to_the_door_and_back(shared_site: Site) -> None:
    shared_site.browser.cookies.clear()
    for path in OWN:
        answer = shared_site.browser.get(path)
        assert answer.status_code == 303
        door = shared_site.browser.get(answer.headers["Location"])
        assert f'name="next" value="{path}"' in door.text


def test_what_stands_between_two_words_is_of_their_language() -> None:
    """A comma or a colon of the template itself would be a Latin one in Chinese too."""
    between = re.compile(r"[%}]\}[,:;] (?=\{)")
    lines = [line for path in TEMPLATES.glob("*.html") for line in path.read_text().splitlines()]
    assert [each for each in lines if between.search(each) and "hx-trigger" not in each] == []


def test_an_answer_of_the_api_lets_a_browser_load_nothing(shared_site: Site) -> None:
    answer = shared_site.browser.get("/healthz")
    policy = "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["Content-Security-Policy"] == policy


def test_files_are_kept_for_good_under_a_name_of_their_content(shared_site: Site) -> None:
    for asset in ASSETS.values():
        answer = shared_site.browser.get(asset.url)
        assert answer.content == asset.content
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Content-Encoding"] == "gzip"
        plain = shared_site.browser.get(asset.url, headers={"Accept-Encoding": "identity"})
        assert plain.content == asset.content
        assert "Content-Encoding" not in plain.headers
    for name in ("pages.css", "pages-0000000000000000.css", "..%2Fbase.html", "%00"):
        assert shared_site.browser.get(f"/static/{name}").status_code == 404


OTHERS = {
    "htmx.min.js": "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
    "hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
    "echarts.common.min.js": "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5",
}


def test_what_others_wrote_is_as_they_wrote_it() -> None:
    there = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert there == set(OTHERS)
    told = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")
    for name, digest in OTHERS.items():
        assert sha256(ASSETS[name].content).hexdigest() == digest
        assert f"`{name}`" in told


def test_every_file_that_a_page_names_is_there(shared_site: Site) -> None:
    shared_site.signed_in()
    for path in (*OPEN, *OWN):
        text = shared_site.browser.get(path).text
        named = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
        assert named
        assert {asset.url for asset in ASSETS.values()} >= set(named)


# -- languages ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "tag"),
    [
        ("", "", None, "zh-Hans"),
        ("", "", "en-GB,en;q=0.9", "en"),
        ("", "", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "__Host-lang=en", "zh", "en"),
        ("?lang=zh", "__Host-lang=en", "en", "zh-Hans"),
        ("?lang=fr", "__Host-lang=fr", "zh", "zh-Hans"),
        ("?lang=zh%0d%0aX-Evil:1", "", "en", "en"),
    ],
)
def test_a_browser_is_spoken_to_in_its_language(
    shared_site: Site, query: str, cookie: str, accepted: str | None, tag: str
) -> None:
    shared_site.browser.cookies.clear()
    headers = [(b"Cookie", cookie.encode())] if cookie else []
    headers += [(b"Accept-Language", accepted.encode())] if accepted else []
    answer = shared_site.browser.get(f"/sign-in{query}", headers=headers)
    assert answer.headers["Content-Language"] == tag
    assert f'<html lang="{tag}"' in answer.text
    assert "X-Evil" not in answer.headers


def test_a_language_that_was_chosen_is_kept_and_so_is_the_larger_type(shared_site: Site) -> None:
    shared_site.browser.cookies.clear()
    answer = shared_site.browser.get("/sign-in?lang=en&elder=1&next=/me/sessions")
    kept = set_cookies(answer)
    assert kept["__Host-lang"] == ("en; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000")
    assert SID not in kept
    assert 'href="/sign-in?next=%2Fme%2Fsessions&amp;lang=zh"' in answer.text
    again = shared_site.browser.get("/card")
    assert '<html lang="en" class="elder">' in again.text
    shared_site.browser.get("/card?lang=zh&elder=0")
    assert '<html lang="zh-Hans">' in shared_site.browser.get("/card").text


@pytest.mark.parametrize("language", LOCALES)
def test_every_message_is_in_both_languages(language: str) -> None:
    known, asked = catalogue(language), used()
    missing = [each.id for each in asked if each.id and not known_text(language, str(each.id))]
    assert not missing
    assert not [each.id for each in known if each.id and each.fuzzy]
    assert not [each.id for each in known if each.id and each.id not in asked]
    for message in known:
        if message.id:
            slots = re.findall(r"%\(\w+\)[sd]", str(message.id))
            assert sorted(re.findall(r"%\(\w+\)[sd]", str(message.string))) == sorted(slots)


def known_text(language: str, message: str) -> object:
    found = catalogue(language).get(message)
    return found and found.string


class Foreign(HTMLParser):
    """Words of a template that no catalogue has, and what no page may hold."""

    SPOKEN = ("alt", "title", "placeholder", "aria-label")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"{tag} {name}")
            if name in self.SPOKEN and re.search(r"\w", value or ""):
                self.found.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        if re.search(r"\w", data):
            self.found.append(data.strip())


def foreign(template: str) -> list[str]:
    """What of a template is neither markup nor a message."""
    tokens = environment("en").lex(template)
    parser = Foreign()
    parser.feed("".join(value for _, kind, value in tokens if kind == "data"))
    return parser.found


@pytest.mark.parametrize("name", sorted(path.name for path in TEMPLATES.iterdir()))
def test_a_template_holds_no_words_of_its_own_and_nothing_inline(name: str) -> None:
    assert not foreign((TEMPLATES / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        "<p>您好</p>",
        '<img alt="a cat">',
        '<p style="color: red">{{ x }}</p>',
        "<style>{{ x }}</style>",
        "<script>{{ x }}</script>",
        '<button onclick="{{ x }}">{{ x }}</button>',
    ],
)
def test_words_and_scripts_in_a_template_would_be_seen(template: str) -> None:
    assert foreign(template)


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0 分钟", "0 min"),
        (59, "59 分钟", "59 min"),
        (60, "1 小时", "1 h"),
        (125, "2 小时 5 分钟", "2 h 5 min"),
        (-90, "−1 小时 30 分钟", "−1 h 30 min"),
    ],
)
def test_minutes_are_said_as_hours_and_minutes(minutes: int, zh: str, en: str) -> None:
    for language, told in (("zh", zh), ("en", en)):
        said = Speech(language, elder=False).duration(minutes)
        assert said.replace("\N{NO-BREAK SPACE}", " ") == told
        assert said.count(" ") == (1 if minutes % 60 and abs(minutes) > 60 else 0)


@pytest.mark.parametrize(
    ("seconds", "zh"), [(1, "1 秒"), (60, "60 秒"), (61, "2 分钟"), (900, "15 分钟")]
)
def test_a_wait_is_never_said_to_be_shorter_than_it_is(seconds: int, zh: str) -> None:
    assert Speech("zh", elder=False).waiting(seconds) == zh
