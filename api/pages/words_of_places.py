"""Words of places: communities, units, sites and their rules as they are said to a person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.pages.languages import marked as _
from ledger.domain.community_records import UnitKind
from ledger.domain.sites import SiteKind, Weekday

UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        UnitKind.committee: _("committee"),
        UnitKind.team: _("team"),
        UnitKind.association: _("association"),
        UnitKind.school: _("school"),
        UnitKind.other: _("something else"),
    }
)
SITES: Final[Mapping[str, str]] = MappingProxyType(
    {
        SiteKind.canteen: _("elders' canteen"),
        SiteKind.station: _("volunteers' station"),
        SiteKind.college: _("community college"),
        SiteKind.youth_palace: _("youth palace"),
        SiteKind.council_hall: _("council hall"),
        SiteKind.service_centre: _("service centre"),
        SiteKind.happiness_home: _("happiness home"),
        SiteKind.cosy_home: _("cosy home"),
    }
)
WEEKDAYS: Final[Mapping[int, str]] = MappingProxyType(
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
YES_OR_NO: Final[Mapping[str, str]] = MappingProxyType({"true": _("yes"), "false": _("no")})
OPEN_OR_CLOSED: Final[Mapping[str, str]] = MappingProxyType(
    {"false": _("closed that day"), "true": _("open that day")}
)
APPROVERS: Final[Mapping[str, str]] = MappingProxyType({"1": _("one"), "2": _("two")})
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "residents": _("Residents"),
        "valid_from": _("From this day on"),
        "rules.unit_minutes_most": _("Minutes a day, over which a second person looks"),
        "rules.town_minutes_most": _("Minutes a day, over which the town looks"),
        "rules.late_entry_days": _("Days after which an entry is late"),
        "rules.objection_days": _("Days within which an objection is answered"),
        "rules.publicity_days": _("Days that a notice is on display"),
        "rules.star_thresholds": _("Minutes for each star"),
        "rules.time_bank": _("Time bank"),
        "bands.up_to_yuan": _("Sums up to"),
        "bands.approvers": _("Approvals needed"),
        "bands.resolution": _("A resolution is needed"),
        "operator": _("Operator"),
    }
)
"""What is typed, as it is called where it is shown again."""
WHICH: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: FIELDS[f"rules.{name}"]
        for name in ("town_minutes_most", "objection_days", "star_thresholds")
    }
    | {"up_to_fen": FIELDS["bands.up_to_yuan"], "approvers": FIELDS["bands.approvers"]}
)
"""The rule that does not fit, as its field is called."""
DONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "community": _("The community is registered."),
        "population": _("The number of residents is recorded."),
        "cooperative": _("The cooperative is registered."),
        "unit": _("The organising unit is registered."),
        "rules": _("The rules of service are set."),
        "bands": _("The rules of approval are set."),
        "site": _("The place is registered."),
        "operator": _("The operator is recorded."),
        "days": _("The days of service are set."),
    }
)
