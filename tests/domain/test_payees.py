"""Payees: registered once, by name or by the person, for the funds of one community."""

from typing import Any

import pytest

from ledger.domain.payees import PayeeRegistered, RegisterPayee
from ledger.domain.rights_records import NamedAsPayee
from ledger.domain.values import CommunityId, PersonId, Slug, Title
from tests.domain.canteen_town import CHEN, MONDAY, TOWN, XIANHU, noon, registered
from tests.story import Told, given

SHOP = Slug("bookshop")
NAME = Title("仙湖书店")
STRANGER = PersonId("00000000-0000-4000-8000-0000000000ff")


def registering(
    *happenings: Any,
    community: CommunityId = XIANHU,
    name: Title | None = NAME,
    person: PersonId | None = None,
) -> Told:
    command = RegisterPayee(SHOP, community, name, person)
    return given(*TOWN, registered(), *happenings).when(command, at=noon(MONDAY))


def test_an_organisation_is_registered_by_its_public_name() -> None:
    registering().then(PayeeRegistered(SHOP, XIANHU, NAME, None, MONDAY))


def test_a_private_person_is_registered_without_a_name() -> None:
    registering(name=None, person=CHEN).then(
        PayeeRegistered(SHOP, XIANHU, None, CHEN, MONDAY), NamedAsPayee(CHEN, SHOP, MONDAY)
    )


def test_a_payee_is_somebody() -> None:
    registering(name=None).refused("payee_must_be_somebody", payee=SHOP)


def test_the_person_behind_it_must_be_known() -> None:
    registering(person=STRANGER).refused("person_must_be_known", person=STRANGER)


def test_a_payee_is_registered_once() -> None:
    registering(registering()).refused("payee_must_be_new", payee=SHOP)


@pytest.mark.parametrize("community", ["nowhere"])
def test_a_payee_belongs_to_a_known_community(community: str) -> None:
    registering(community=CommunityId(community)).refused("community_must_be_known")
