"""The gallery of refusals shows the list as it is."""

from tests.gallery import PAGE, gallery


def test_the_gallery_shows_the_list_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == gallery(), "run: python -m tests.gallery"
