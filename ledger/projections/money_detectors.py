"""Detectors of money: what goes round, what is not there, and what went past its approval."""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.funds import FUNDS
from ledger.projections.trail import SubjectKind

STANDS: Final = """NOT EXISTS (
    SELECT FROM funds.movements AS back
    WHERE back.fund = movement.fund AND back.reverses = movement.number AND back.amount_fen > 0
      AND back.position <= %(known)s AND back.position > movement.position)"""
"""What was taken back since is there again; a move into the fund bears another fund's voucher, and
its reversal is below zero."""

CIRCLES: Final = filled("""
WITH moves AS MATERIALIZED (
    SELECT community, movement.position, fund AS giver, other AS taker, occurred_on,
           -amount_fen AS amount_fen
    FROM funds.movements AS movement JOIN funds.funds USING (fund)
    WHERE kind = 'moved_out' AND movement.position <= %(known)s AND {within} AND {stands}),
trips AS MATERIALIZED (
    SELECT away.community, ARRAY[away.giver, away.taker] AS path,
           ARRAY[away.position, back.position] AS positions, back.position AS returned,
           away.occurred_on AS left_on, least(away.amount_fen, back.amount_fen) AS amount_fen
    FROM moves AS away JOIN moves AS back ON (back.giver, back.taker) = (away.taker, away.giver)
    WHERE (back.occurred_on, back.position) > (away.occurred_on, away.position)
      AND back.occurred_on <= away.occurred_on + 60
    UNION ALL
    SELECT away.community, ARRAY[away.giver, via.giver, back.giver],
           ARRAY[away.position, via.position, back.position], back.position, away.occurred_on,
           least(away.amount_fen, via.amount_fen, back.amount_fen)
    FROM moves AS away JOIN moves AS via ON via.giver = away.taker
    JOIN moves AS back ON (back.giver, back.taker) = (via.taker, away.giver)
    WHERE (via.occurred_on, via.position) > (away.occurred_on, away.position)
      AND (back.occurred_on, back.position) > (via.occurred_on, via.position)
      AND back.occurred_on <= away.occurred_on + 60),
returns AS (
    SELECT community, path, returned, min(left_on) AS left_on, max(amount_fen) AS amount_fen
    FROM trips GROUP BY community, path, returned)
SELECT community, path[1] AS subject, path[2:] AS others, min(left_on) AS since,
       sum(amount_fen)::bigint / 1000 + count(*) AS score,
       ARRAY(SELECT DISTINCT position FROM trips CROSS JOIN unnest(positions) AS step (position)
             WHERE trips.path = returns.path ORDER BY position DESC LIMIT 20) AS evidence,
       jsonb_build_object(
           'path', array_to_string(path || path[1], ' → '), 'times', count(*),
           'amount_fen', sum(amount_fen)) AS facts
FROM returns GROUP BY community, path
""").replace("{stands}", STANDS)
"""What comes back counts once, with the smallest of the moves that brought it round; money does not
move between communities."""

OVERDRAWN: Final = filled("""
SELECT community, fund AS subject, ARRAY[]::text[] AS others, since,
       -available_fen / 1000 + 1 AS score, evidence,
       jsonb_build_object('fund', fund, 'available_fen', available_fen, 'held_fen', held_fen,
                          'reserved_fen', reserved_fen, 'accrued_fen', accrued_fen) AS facts
FROM ({funds}) AS short CROSS JOIN LATERAL (
    SELECT min(occurred_on) AS since, {newest} AS evidence
    FROM (SELECT position, occurred_on,
                 bool_and(left_fen < 0) OVER (ORDER BY position DESC) AS below
          FROM (SELECT position, occurred_on,
                       coalesce(sum(sum(CASE side WHEN 'held' THEN amount_fen ELSE -amount_fen END)
                           FILTER (WHERE side <> 'accrued')) OVER through, 0)
                       - greatest(sum(sum(amount_fen) FILTER (WHERE side = 'accrued'))
                           OVER through, 0) AS left_fen
                FROM funds.amounts
                WHERE fund = short.fund AND position <= %(known)s
                GROUP BY position, occurred_on
                WINDOW through AS (ORDER BY position)) AS entry) AS entry
    WHERE below) AS entries
WHERE available_fen < 0 AND {within}
""").replace("{funds}", FUNDS)
"""It began with the first entry after which, in the order of the log, it was always below zero."""

IMPORTED: Final = filled("""
SELECT position, fund, community, opened_on, other AS payee, purpose, occurred_on,
       -amount_fen AS amount_fen
FROM funds.movements AS movement
JOIN (SELECT fund, community, opened_on FROM funds.funds WHERE {within}) AS home USING (fund)
WHERE kind = 'payment' AND movement.position <= %(known)s AND {stands}
""").replace("{stands}", STANDS)
PAST_APPROVAL: Final = filled("""
SELECT community, fund AS subject, ARRAY[payee, purpose] AS others, min(occurred_on) AS since,
       sum(amount_fen)::bigint / 1000 + count(*) AS score, {newest} AS evidence,
       jsonb_build_object(
           'fund', fund, 'payee', payee, 'purpose', purpose, 'day', min(opened_on),
           'payments', count(*), 'amount_fen', sum(amount_fen)) AS facts
FROM ({imported}) AS payment WHERE occurred_on > opened_on
GROUP BY community, fund, payee, purpose
""").replace("{imported}", IMPORTED)
SPLIT: Final = filled("""
WITH payments AS MATERIALIZED (
    SELECT *, sum(amount_fen) OVER month AS sum_fen, max(amount_fen) OVER month AS most_fen
    FROM ({imported}) AS payment
    WINDOW month AS (PARTITION BY community, payee, purpose ORDER BY occurred_on
                     RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW)),
passed AS MATERIALIZED (
    SELECT community, payee, purpose, occurred_on AS last_day, sum_fen, (
        SELECT max(up_to_fen) FROM unnest(coalesce((
            SELECT ARRAY(SELECT (band ->> 'up_to_fen')::bigint
                         FROM jsonb_array_elements(data -> 'bands') AS band)
            FROM ledger.stored_events
            CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS event (data)
            WHERE originator_id = 'community-' || community AND topic = 'approval-bands-set.v1'
              AND notification_id <= %(known)s AND (data ->> 'valid_from')::date <= occurred_on
            ORDER BY (data ->> 'valid_from')::date DESC, notification_id DESC LIMIT 1),
            %(bands)s::bigint[])) AS band (up_to_fen)
        WHERE up_to_fen >= most_fen AND up_to_fen < sum_fen) AS limit_fen
    FROM payments WHERE sum_fen > most_fen),
episodes AS (
    SELECT *, count(*) FILTER (WHERE apart) OVER days AS episode
    FROM (SELECT *, last_day - lag(last_day) OVER days >= 30 AS apart
          FROM passed WHERE limit_fen IS NOT NULL
          WINDOW days AS (PARTITION BY community, payee, purpose ORDER BY last_day)) AS passed
    WINDOW days AS (PARTITION BY community, payee, purpose ORDER BY last_day)),
largest AS (
    SELECT DISTINCT ON (community, payee, purpose, episode) *
    FROM episodes ORDER BY community, payee, purpose, episode, sum_fen DESC, last_day)
SELECT community, community AS subject, ARRAY[payee, purpose] AS others,
       min(occurred_on) AS since, largest.sum_fen::bigint / 1000 + count(*) AS score,
       {newest} AS evidence,
       jsonb_build_object(
           'payee', payee, 'purpose', purpose, 'payments', count(*),
           'sum_fen', largest.sum_fen, 'limit_fen', limit_fen) AS facts
FROM largest JOIN payments USING (community, payee, purpose)
WHERE occurred_on <= last_day AND occurred_on > last_day - 30
GROUP BY community, payee, purpose, episode, largest.sum_fen, limit_fen
""").replace("{imported}", IMPORTED)
"""Bands are those of the day, as for requests, and the days around it are counted as for them.
Of days that lie close together those thirty are told that come to most."""

DETECTORS: Final = (
    Detector(
        Pattern.money_moved_in_circles,
        SubjectKind.fund,
        CIRCLES,
        Words(
            "Money that goes round",
            "{amount_fen} fen came back within 60 days by {path}, {times} times.",
            "Ask both managers why; a round trip must not be published as income.",
        ),
        Words(
            "资金在基金间往返",
            "60 天内有 {amount_fen} 分经 {path} 转回，共 {times} 次。",
            "请向各基金管理人询问原因；往返资金不得作为收入公示。",
        ),
    ),
    Detector(
        Pattern.fund_overdrawn,
        SubjectKind.fund,
        OVERDRAWN,
        Words(
            "More promised than there is",
            "{fund} has {available_fen} fen available: {held_fen} held, {reserved_fen} promised, "
            "{accrued_fen} owed for meals.",
            "Find out what is to pay for them before the next settlement.",
        ),
        Words(
            "承诺超过结余",
            "{fund} 可用金额为 {available_fen} 分：结余 {held_fen}，已承诺 {reserved_fen}，"
            "应付餐补 {accrued_fen}。",
            "请在下次结算前落实资金来源。",
        ),
    ),
    Detector(
        Pattern.payment_past_approval,
        SubjectKind.fund,
        PAST_APPROVAL,
        Words(
            "Payments entered as history",
            "{payments} payments of {fund} to {payee} for {purpose}, {amount_fen} fen, were "
            "entered as history, though made after the fund was opened here on {day}.",
            "Ask who approved them; what is paid now is requested, approved and paid.",
        ),
        Words(
            "以历史付款入账",
            "{fund} 于 {day} 在本账本开立后，仍有 {payments} 笔付给 {payee}（用途 {purpose}）"
            "的付款以历史付款入账，共 {amount_fen} 分。",
            "请查明由谁批准；现时付款应经申请、审批和支付。",
        ),
    ),
    Detector(
        Pattern.payments_split,
        SubjectKind.community,
        SPLIT,
        Words(
            "Payments that pass a band together",
            "{payments} payments to {payee} for {purpose} entered as history come to {sum_fen} "
            "fen within 30 days; each is within the band up to {limit_fen} fen.",
            "Look for the approvals that the whole sum needed.",
        ),
        Words(
            "分拆付款越过审批档",
            "30 天内以历史付款入账付给 {payee}（用途 {purpose}）{payments} 笔，合计 {sum_fen} 分；"
            "单笔均未超过 {limit_fen} 分的审批档。",
            "请核查合计金额所需的审批。",
        ),
    ),
)
