"""Messages of the pages: `python -m tests.pages.messages` enters new ones into the catalogues.

English ones stand for themselves; Chinese ones are left empty, and a test asks for them.
"""

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from api.pages.drawing import HERE
from api.pages.languages import FOLDER, LOCALES, catalogue

METHODS = [("pages/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "said": None, "gettext": None}


def used() -> Catalog:
    """Every message that a page or a template says."""
    found = Catalog(charset="utf-8")
    for name, _, message, comments, _ in extract_from_dir(
        HERE, METHODS, options_map=OPTIONS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, None, [(name, 0)], auto_comments=comments)
    return found


def main() -> None:
    for language, locale in LOCALES.items():
        known = catalogue(language)
        known.update(used(), no_fuzzy_matching=True)
        known.obsolete.clear()
        for message in known:
            if language == "en" and message.id and not message.string:
                message.string = message.id
        with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("wb") as file:
            write_po(file, known, width=100, omit_header=True, include_lineno=False)


if __name__ == "__main__":
    main()
