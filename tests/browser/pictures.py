"""Pictures of the main pages: `python -m tests.browser.pictures` takes them anew for the READMEs.

They are those of the worked example, in days that are over, so that they are the same tomorrow.
The tests take them too, and compare: whoever changes how a page looks looks at it, and takes its
picture anew.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

from tests.browser.chromium import open_browser
from tests.browser.demo import Demo, open_demo_site
from tests.browser.person import LOCALES, at_a_browser
from tests.servers import embedded_server, temporary_database

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures"
HEIGHT_MOST: Final = 1000
COLOURS: Final = 32
SMALLER: Final = 8
"""Compared is what somebody sees who squints: a letter more or less is nothing, a box is."""
DIFFERENCE_MOST: Final = 3.0
"""Of 255, in the mean of all points."""


class Scene(NamedTuple):
    """Who looks at which page, and how wide her window is."""

    word: str
    path: str
    width: int


SCENES: Final = {
    "welcome": Scene("", "/", 360),
    "volunteer": Scene("volunteer", "/me", 360),
    "desk": Scene("clerk", "/desk/xianhu-canteen/2026-03-13/lunch", 360),
    "board": Scene("leader", "/board/jinning?from=2026-03-02", 900),
    "funds": Scene("fund-manager", "/funds/jinning-unrestricted", 900),
    "audit": Scene("auditor", "/audit?month=2026-03&community=jinning", 900),
}


def file_of(name: str, language: str) -> Path:
    """Where the picture of a scene lies."""
    return FOLDER / f"{name}-{language}.png"


def taken(chromium: Browser, demo: Demo, language: str) -> Iterator[tuple[str, Image.Image]]:
    """Each scene as it looks now."""
    for name, scene in SCENES.items():
        with at_a_browser(chromium, demo, language=language, width=scene.width) as she:
            if scene.word:
                she.becomes(scene.word)
            she.goes_to(scene.path)
            she.page.wait_for_load_state("networkidle")
            seen = Image.open(BytesIO(she.page.screenshot(full_page=True, animations="disabled")))
            yield name, seen.convert("RGB").crop((0, 0, seen.width, min(seen.height, HEIGHT_MOST)))


def difference(one: Image.Image, other: Image.Image) -> float:
    """How different two pictures look from afar, of 255; all of it if they differ in size."""
    small = [_small(each) for each in (one, other)]
    if small[0].size != small[1].size:
        return 255.0
    (mean,) = ImageStat.Stat(ImageChops.difference(*small)).mean
    return mean


def _small(picture: Image.Image) -> Image.Image:
    size = picture.width // SMALLER, max(1, picture.height // SMALLER)
    return picture.convert("L").resize(size, Image.Resampling.BOX)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        embedded_server() as server,
        temporary_database(server) as database,
        open_demo_site(database, Path(folder)) as demo,
        open_browser() as chromium,
    ):
        for language in LOCALES:
            for name, picture in taken(chromium, demo, language):
                few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
                few.save(file_of(name, language), optimize=True)


if __name__ == "__main__":
    main()
