"""Words of policies: whom a rule is for and who pays what, as one says it to somebody."""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from api.pages.languages import FEN_PER_YUAN, Speech
from api.pages.languages import marked as _
from ledger.domain.ages import AgeRule
from ledger.domain.facts import Hardship
from ledger.domain.sites import Weekday
from ledger.domain.small_cells import Cell
from ledger.domain.tiers import Charge, Condition, PolicyVersion, ShareLine
from ledger.domain.values import Fen

HARDSHIPS: Final = MappingProxyType(
    {
        Hardship.extreme_poverty: _("extreme poverty"),
        Hardship.subsistence: _("subsistence allowance"),
        Hardship.subsistence_margin: _("close to subsistence allowance"),
        Hardship.special_care: _("special care"),
        Hardship.bereaved_of_only_child: _("bereaved of the only child"),
        Hardship.severe_disability: _("severe disability"),
        Hardship.living_alone: _("living alone"),
        Hardship.disabled_by_age: _("disabled by age"),
    }
)
WEEKDAYS: Final = MappingProxyType(
    {
        Weekday.monday: _("Monday"),
        Weekday.tuesday: _("Tuesday"),
        Weekday.wednesday: _("Wednesday"),
        Weekday.thursday: _("Thursday"),
        Weekday.friday: _("Friday"),
        Weekday.saturday: _("Saturday"),
        Weekday.sunday: _("Sunday"),
    }
)
AGE_RULES: Final = MappingProxyType(
    {
        AgeRule.on_the_birthday: _("from the birthday on"),
        AgeRule.day_after: _("from the day after the birthday"),
        AgeRule.next_month: _("from the month after the birthday"),
    }
)
CHARGES: Final = MappingProxyType(
    {
        Charge.fixed_price: _("every meal costs the same"),
        Charge.amount_charged: _("the clerk enters what the meal costs"),
    }
)
WHERE: Final = MappingProxyType(
    {
        "registered": _("household registered in this community"),
        "habitual": _("lives in this community"),
        "cooperative_member": _("member of a cooperative of this community"),
        "hardship": _("in hardship, of whatever class"),
    }
)
"""What a rule may ask besides age and single classes, by its field."""
UNITS: Final = MappingProxyType(
    {"yuan": _("yuan"), "percent": _("% of the price"), "rest": _("% of what is left")}
)
"""How a share is told: an amount, or a part of the price or of what is left of it."""
DONE: Final = MappingProxyType(
    {
        "published": _("Published. It is valid from its first day on."),
        "withdrawn": _("Withdrawn, as you chose."),
    }
)
PERCENT: Final = FEN_PER_YUAN
"""Basis points in a percent."""


def percent(basis_points: int) -> str:
    """40, or 33.33."""
    whole, rest = divmod(basis_points, PERCENT)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


def whom(asked: Condition, say: Speech) -> list[str]:
    """Whom a rule is for, one thing after the other; everybody where it asks nothing."""
    return list(_whom(asked, say)) or [say.said(_("everybody"))]


def _whom(asked: Condition, say: Speech) -> Iterator[str]:
    least, most = asked.age_least, asked.age_most
    if least is not None and most is not None:
        yield say.said(_("%(least)d to %(most)d years old"), least=least, most=most)
    elif least is not None:
        yield say.said(_("%(least)d years and older"), least=least)
    elif most is not None:
        yield say.said(_("up to %(most)d years old"), most=most)
    for name, text in WHERE.items():
        if getattr(asked, name):
            yield say.said(text)
    if asked.hardships:
        classes = say.said(_(", ")).join(say.said(HARDSHIPS[each]) for each in asked.hardships)
        yield say.said(_("in hardship: %(classes)s"), classes=classes)


def share(line: ShareLine, say: Speech) -> str:
    """What a line gives: an amount, a percentage, and the most."""
    if line.fixed_fen is not None:
        told = say.yuan(line.fixed_fen)
    else:
        text = _("%(part)s%% of what is left") if line.of_the_rest else _("%(part)s%% of the price")
        told = say.said(text, part=percent(line.basis_points or 0))
    if line.cap_fen is None:
        return told
    return say.said(_("%(share)s, %(most)s at most"), share=told, most=say.yuan(line.cap_fen))


def rest(left: Fen, say: Speech) -> str:
    """What the lines leave of the price."""
    return say.said(_("the rest, %(amount)s"), amount=say.yuan(left))


def weekdays(version: PolicyVersion, say: Speech) -> list[str]:
    """The days of the week on which meals are served; all of them have one word."""
    if len(version.weekdays) == len(Weekday):
        return [say.said(_("every day of the week"))]
    return [say.said(text) for each, text in WEEKDAYS.items() if each in version.weekdays]


def people(cell: Cell, say: Speech) -> str:
    """A number of people; below five it is not told."""
    if isinstance(cell, int):
        return say.said(_("%(people)d people"), people=cell)
    return say.said(_("fewer than 5 people"))
