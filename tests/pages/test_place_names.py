"""Names of places: no two of one kind in a community, and short names as the hint says."""

import pytest

from tests.pages.shifts_in_town import followed
from tests.pages.site import words_of
from tests.pages.test_places import JINNING, PLACES, does, site_named, told
from tests.pages.town import Town


@pytest.mark.parametrize("typed", ["E 2", "e_2", "xianhu/e3", "e2/"])
def test_a_short_name_that_does_not_fit_is_told_in_the_words_of_the_hint(
    town: Town, typed: str
) -> None:
    town.becomes("registrar")
    before, form = town.tail(), {"name": f"简称 {typed}", "cooperative": typed}
    refused = does(town, f"{JINNING}/cooperative", **form)
    assert refused.status_code == 422
    assert "只写小写字母、数字和单个连字符，不含空格，如 e1。" in words_of(refused)
    assert "斜杠" not in words_of(refused)
    assert town.tail() == before


def test_a_short_name_may_begin_with_the_communitys_and_may_not_be_left_empty(town: Town) -> None:
    town.becomes("registrar")
    whole = {"name": "全写经济社(例)", "cooperative": "jinning/e21"}
    shown = followed(town, does(town, f"{JINNING}/cooperative", **whole))
    assert "全写经济社(例) jinning/e21" in words_of(shown)
    empty = does(town, f"{JINNING}/cooperative", name="没有简称(例)", cooperative=" ")
    assert "编号：须填写。" in words_of(empty)


@pytest.mark.parametrize(
    ("step", "first", "second"),
    [
        (
            "cooperative",
            {"name": "第三经济社(虚构)", "cooperative": "e31"},
            {"name": "第三 经济社（虚构）", "cooperative": "e32"},
        ),
        (
            "unit",
            {"name": "同名队(例)", "unit": "one", "kind": "team", "belongs_to": ""},
            {"name": "同名队（例）", "unit": "two", "kind": "school", "belongs_to": ""},
        ),
        (
            "site",
            site_named("jinning-one", "station") | {"name": "同名站"},
            site_named("jinning-two", "canteen") | {"name": "同名 站"},
        ),
    ],
)
def test_no_two_of_a_community_have_one_name(
    town: Town, step: str, first: dict[str, str], second: dict[str, str]
) -> None:
    town.becomes("registrar")
    sent = [town.post(f"{JINNING}/{step}", key=f"one-{step}", **first) for _ in range(2)]
    assert [each.status_code for each in sent] == [303, 303], words_of(sent[1])
    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    followed(town, sent[0])
    before, refused = town.tail(), does(town, f"{JINNING}/{step}", **second)
    assert refused.status_code == 422
    assert "本社区已有同名" in words_of(refused)
    assert 'id="name-wrong"' in refused.text
    assert town.tail() == before
    assert does(town, f"{PLACES}/xianhu/{step}", **second).status_code == 303


def test_a_number_of_residents_is_shown_beside_the_one_it_replaces(town: Town) -> None:
    town.becomes("registrar")
    page, form = f"{JINNING}/population", {"residents": "9000", "valid_from": "2026-03-01"}
    followed(town, does(town, page, sure="1", **form))
    before = town.tail()
    asked = told(does(town, page, **form | {"residents": "0"}))
    assert "现有登记 9,000 人，自2026年3月1日起" in asked
    assert "这一天已设定的内容将被替换。" in asked
    assert "常住人口为 0 的社区没有每千人排名。" in asked
    later = told(does(town, page, residents="9100", valid_from="2026-04-01"))
    assert "现有登记 9,000 人" in later
    assert "将被替换" not in later
    assert town.tail() == before
