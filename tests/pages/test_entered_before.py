"""Whoever was entered twice, looked for as she was called, or by the phone that she had, before."""

import psycopg
import pytest

from ledger.demo import personas
from ledger.domain.duplicates import MergePersons
from ledger.domain.values import CommunityId, PersonId
from tests.pages.shifts_in_town import announced
from tests.pages.site import words_of
from tests.pages.test_councils import meeting
from tests.pages.test_meal_desk import JINNING, XIANHU, finds, registers, signs_in
from tests.pages.test_offices import gives
from tests.pages.town import Town

PHONES = "13900002222", "13900003333"


@pytest.fixture(scope="module")
def ids(town: Town) -> tuple[PersonId, PersonId]:
    return twice(town, "黄并入", "黄旧名", PHONES)


@pytest.mark.parametrize("text", ["黄旧名", PHONES[1]])
def test_the_clerk_is_told_as_whom_the_eater_was_entered_before(
    town: Town, ids: tuple[PersonId, PersonId], text: str
) -> None:
    town.becomes("clerk")
    before = looks_at(town, *ids)
    shown = words_of(finds(town, text))
    assert "黄并入（原登记：黄旧名）" in shown
    assert "电话尾号 2222" in shown
    assert looks_at(town, *ids) == [each + 1 for each in before]


@pytest.mark.parametrize("text", ["黄并入", PHONES[0]])
def test_what_stands_under_the_id_that_is_kept_is_told_and_looked_at_alone(
    town: Town, ids: tuple[PersonId, PersonId], text: str
) -> None:
    town.becomes("clerk")
    before = looks_at(town, *ids)
    shown = words_of(finds(town, text))
    assert "黄并入" in shown
    assert "原登记" not in shown
    assert looks_at(town, *ids) == [before[0] + 1, before[1]]


def test_whoever_is_called_alike_under_both_ids_is_told_once(town: Town) -> None:
    twice(town, "同名者(例)", "同名者(例)")
    town.becomes("clerk")
    shown = finds(town, "同名者(例)")
    assert shown.text.count('<h3 id="hit-') == 1
    assert "原登记" not in words_of(shown)


def test_a_name_in_a_community_out_of_reach_is_neither_told_nor_looked_at(town: Town) -> None:
    ids = twice(town, "本处者(例)", "别处者(例)", elsewhere=JINNING)
    signs_in(town, XIANHU)
    before = looks_at(town, *ids)
    shown = words_of(finds(town, "别处者(例)"))
    assert "本处者(例)" in shown
    assert "原登记" not in shown
    assert looks_at(town, *ids) == [before[0] + 1, before[1]]


def test_the_offices_and_the_form_of_a_gift_tell_it_too(
    town: Town, ids: tuple[PersonId, PersonId]
) -> None:
    kept, other = ids
    town.becomes("registrar")
    (before,) = looks_at(town, other)
    found = town.post("/offices/find", who=PHONES[1])
    assert f'<a href="/offices/people/{kept}">黄并入（原登记：黄旧名）</a>' in found.text
    assert str(other) not in found.text
    assert looks_at(town, other) == [before + 1]
    gift = town.post("/contributions/jinning/record/cash", who="黄旧名", look="1", key="gift")
    assert "黄并入（原登记：黄旧名）" in words_of(gift)


def test_so_do_a_shift_and_a_meeting(town: Town) -> None:
    twice(town, "梁并入", "梁旧名")
    meets = town.post(f"{meeting(town)}/find", who="梁旧名")
    assert "登记梁并入（原登记：梁旧名）到会" in words_of(meets)
    shift = town.post(f"{announced(town)}/find", by="name", text="梁旧名")
    assert "为梁并入（原登记：梁旧名）报名" in words_of(shift)


# -- short words ---------------------------------------------------------------------------------


def twice(
    town: Town,
    name: str,
    old_name: str,
    phones: tuple[str, str] | tuple[None, None] = (None, None),
    *,
    elsewhere: CommunityId = XIANHU,
) -> tuple[PersonId, PersonId]:
    """Somebody who was entered a second time: the id that is kept, and the other one."""
    kept = registers(town, name, phone=phones[0])
    other = registers(town, old_name, phone=phones[1], home=elsewhere)
    gives(town, MergePersons(kept, other), by=personas.REGISTRAR)
    return kept, other


def looks_at(town: Town, *persons: PersonId) -> list[int]:
    """How often somebody looked at each."""
    with psycopg.connect(town.here.url) as connection:
        count = "SELECT count(*) FROM vault.view WHERE person = %s"
        rows = (connection.execute(count, [each]).fetchone() for each in persons)
        return [row[0] for row in rows if row]
