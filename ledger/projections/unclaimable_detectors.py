"""Detectors of meals that could not be claimed: each that was eaten, and who has to pay for it."""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.trail import SubjectKind
from ledger.projections.unclaimable import STANDING

MEALS_UNCLAIMABLE: Final = filled("""
SELECT community, said ->> 'person' AS subject, ARRAY[said ->> 'canteen'] AS others,
       (said ->> 'occurred_on')::date AS since,
       coalesce((said ->> 'price_fen')::bigint, 0) / 1000 + 1 AS score,
       ARRAY[position] AS evidence,
       jsonb_build_object(
           'person', said ->> 'person', 'canteen', said ->> 'canteen',
           'day', said ->> 'occurred_on', 'sitting', said ->> 'sitting',
           'why', said ->> 'refused_as', 'payer', said ->> 'payer', 'price', coalesce(
               to_char((said ->> 'price_fen')::numeric / 100, 'FM9999999990.00'), '-')) AS facts
FROM {standing} AS meal WHERE {within}
""").replace("{standing}", STANDING)

DETECTORS: Final = (
    Detector(
        Pattern.meals_unclaimable,
        SubjectKind.person,
        MEALS_UNCLAIMABLE,
        Words(
            "A meal that was eaten and could not be claimed",
            "{person} ate at {canteen} on {day} ({sitting}); the claim was refused when it came: "
            "{why}. No fund bears it: the {payer} pays what is missing to the full price of "
            "{price} yuan.",
            "Look at the paper day sheet whether it was paid, and let a settlement checker say "
            "how it ended.",
        ),
        Words(
            "已就餐而不能核销",
            "{person} 于 {day} 在 {canteen} 就餐（{sitting}），事后核销被拒：{why}。"
            "基金不承担；全价 {price} 元，差额由{payer}承担。",
            "请查看纸质当日登记表是否已付清，并由结算审核人登记如何了结。",
        ),
    ),
)
