"""Detectors of meals that could not be claimed: each that was eaten, and who has to pay for it."""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.trail import SubjectKind

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
FROM (
    SELECT notification_id AS position, originator_id AS stream, said,
           said ->> 'community' AS community
    FROM ledger.stored_events
    CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS event (said)
    WHERE originator_id >= 'unclaimable-' AND originator_id < 'unclaimable.'
      AND topic = 'unclaimable-meal-entered.v1' AND notification_id <= %(known)s) AS entered
WHERE {within} AND NOT EXISTS (
    SELECT FROM ledger.stored_events
    WHERE originator_id = stream AND topic = 'unclaimable-meal-ended.v1'
      AND notification_id <= %(known)s
      AND convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'meal' = said ->> 'meal')
""")
"""The streams of one kind lie side by side in the log's index, and of this kind there are few."""

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
