"""Detectors of meals: facts that came just in time, a dead person's card, and clerks at work.

They count the meals of the canteens within reach: for a gain those that stand, for a clerk all that
she claimed.
"""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.trail import SubjectKind

STANDING: Final = """coalesce((
    SELECT status FROM meals.changes AS change
    WHERE claim_position = claim.position AND change.position <= %(known)s
    ORDER BY change.position DESC LIMIT 1), 'standing') <> 'reversed'"""
FACTS_BEFORE_SUBSIDY: Final = filled("""
WITH subsidised AS MATERIALIZED (
    SELECT * FROM meals.claims AS claim
    WHERE facts_version > 1 AND rule IS NOT NULL AND price_fen > copayment_fen
      AND position <= %(known)s AND {within} AND {standing}),
gained AS MATERIALIZED (
    SELECT first.*, earlier.rule AS rule_before, sheet.position AS sheet, sheet.recorded_on
    FROM (SELECT DISTINCT ON (person, facts_version)
                 person, facts_version, canteen, served_on, position, rule
          FROM subsidised ORDER BY person, facts_version, served_on, position) AS first
    CROSS JOIN LATERAL (
        SELECT coalesce(rule, '-') AS rule FROM meals.claims
        WHERE person = first.person AND facts_version < first.facts_version
          AND (served_on, position) < (first.served_on, first.position) AND {within}
        ORDER BY served_on DESC, position DESC LIMIT 1) AS earlier
    CROSS JOIN LATERAL (
        SELECT notification_id AS position, (data ->> 'occurred_on')::date AS recorded_on
        FROM ledger.stored_events
        CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS event (data)
        WHERE originator_id = 'person-' || first.person AND topic = 'facts-recorded.v1'
          AND (data ->> 'version')::integer = first.facts_version) AS sheet
    WHERE first.rule <> earlier.rule AND first.served_on - sheet.recorded_on <= 7)
SELECT {place} AS community, person AS subject, ARRAY[gained.canteen] AS others,
       recorded_on AS since, sum(price_fen - copayment_fen)::bigint / 1000 + count(*) AS score,
       (array_agg(meal.position ORDER BY meal.position DESC))[:19] || sheet AS evidence,
       jsonb_build_object(
           'person', person, 'facts_version', facts_version, 'day', recorded_on,
           'first_day', gained.served_on, 'rule', gained.rule, 'rule_before', rule_before,
           'meals', count(*), 'subsidy_fen', sum(price_fen - copayment_fen)) AS facts
FROM gained JOIN subsidised AS meal USING (person, facts_version)
GROUP BY person, facts_version, gained.canteen, gained.served_on, gained.rule, rule_before,
         sheet, recorded_on
""").replace("{standing}", STANDING)
MEALS_AFTER_DEATH: Final = filled("""
SELECT community, person AS subject, ARRAY[canteen] AS others,
       min(served_on) AS since, sum(price_fen - copayment_fen)::bigint / 1000 + count(*) AS score,
       {newest} AS evidence,
       jsonb_build_object(
           'person', person, 'canteen', canteen, 'day', min(served_on), 'meals', count(*),
           'subsidy_fen', sum(price_fen - copayment_fen)) AS facts
FROM meals.changes AS change JOIN meals.canteens USING (canteen)
WHERE reason = 'death_recorded_later' AND position <= %(known)s AND {within} AND NOT EXISTS (
    SELECT FROM meals.changes AS later
    WHERE later.claim_position = change.claim_position
      AND later.position > change.position AND later.position <= %(known)s)
GROUP BY community, person, canteen
""")
MEALS_IN_SECONDS: Final = filled("""
SELECT community, claimed_by AS subject, ARRAY[canteen] AS others, min(served_on) AS since,
       sum(subsidy_fen)::bigint / 1000 + count(*) AS score, {newest} AS evidence,
       jsonb_build_object(
           'clerk', claimed_by, 'canteen', canteen, 'days', count(*), 'meals', sum(meals),
           'subsidy_fen', sum(subsidy_fen)) AS facts
FROM (
    SELECT community, canteen, claimed_by, served_on, max(position) AS position,
           count(*) AS meals, sum(price_fen - copayment_fen) AS subsidy_fen
    FROM meals.claims AS claim
    WHERE position <= %(known)s AND {within}
    GROUP BY community, canteen, claimed_by, served_on
    HAVING count(DISTINCT person) >= 20
       AND max(claimed_at) - min(claimed_at) <= count(*) * interval '2 seconds') AS day
WHERE NOT EXISTS (
    SELECT FROM ledger.stored_events
    WHERE originator_id = 'canteen-' || canteen || '-' || to_char(served_on, 'YYYY-MM')
      AND topic = 'plates-attested.v1' AND notification_id <= %(known)s
      AND convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'occurred_on' = served_on::text)
GROUP BY community, canteen, claimed_by HAVING count(*) >= 3
""")
MEALS_UNDONE: Final = filled("""
SELECT community, claimed_by AS subject, ARRAY[canteen] AS others,
       min(served_on) FILTER (WHERE undone IS NOT NULL) AS since, count(undone) AS score,
       (array_agg(undone ORDER BY undone DESC) FILTER (WHERE undone IS NOT NULL))[:20] AS evidence,
       jsonb_build_object(
           'clerk', claimed_by, 'canteen', canteen, 'month', month, 'meals', count(*),
           'undone', count(undone)) AS facts
FROM (
    SELECT community, canteen, claim.claimed_by, served_on, to_char(served_on, 'YYYY-MM') AS month,
           change.position AS undone
    FROM meals.claims AS claim LEFT JOIN (
        SELECT claim_position, decided_by AS claimed_by, min(position) AS position
        FROM meals.changes WHERE status = 'reversed' AND position <= %(known)s
        GROUP BY claim_position, decided_by) AS change
        ON (change.claim_position, change.claimed_by) = (claim.position, claim.claimed_by)
    WHERE claim.position <= %(known)s AND {within}) AS claim
GROUP BY community, canteen, claimed_by, month
HAVING count(undone) >= 5 AND count(undone) * 10 >= count(*)
""")

DETECTORS: Final = (
    Detector(
        Pattern.facts_before_subsidy,
        SubjectKind.person,
        FACTS_BEFORE_SUBSIDY,
        Words(
            "A fact sheet just before its first subsidy",
            "Fact sheet {facts_version} of {person} was recorded on {day}; from {first_day} on it "
            "gave tier {rule} instead of {rule_before}: {meals} meals, {subsidy_fen} fen.",
            "Check with the registrar what the new sheet rests on.",
        ),
        Words(
            "首次享受补助前刚更新资料",
            "{person} 的第 {facts_version} 份资料于 {day} 登记；自 {first_day} 起档次由 "
            "{rule_before} 变为 {rule}：{meals} 餐，补助 {subsidy_fen} 分。",
            "请向登记人核对新资料的依据。",
        ),
    ),
    Detector(
        Pattern.meals_after_death,
        SubjectKind.person,
        MEALS_AFTER_DEATH,
        Words(
            "Meals on a dead person's card",
            "{meals} meals of {person} at {canteen} from {day} on were reversed because a death "
            "was found out later; {subsidy_fen} fen had been borne for them.",
            "Ask the canteen who ate them, and follow the recovery.",
        ),
        Words(
            "逝者的卡仍在就餐",
            "因事后得知死亡，已冲销 {person} 自 {day} 起在 {canteen} 的 {meals} 餐，"
            "涉及补助 {subsidy_fen} 分。",
            "请向饭堂核实由谁就餐，并跟进追回。",
        ),
    ),
    Detector(
        Pattern.meals_in_seconds,
        SubjectKind.actor,
        MEALS_IN_SECONDS,
        Words(
            "Many meals within seconds, and no plates",
            "On {days} days {clerk} recorded {meals} meals at {canteen} within seconds, and nobody "
            "attested the plates of these days; {subsidy_fen} fen were borne for them.",
            "Compare them with the canteen's paper sheets and what it bought.",
        ),
        Words(
            "数秒内集中核销且无出餐数",
            "{clerk} 在 {canteen} 有 {days} 天于数秒内核销共 {meals} 餐，而这些日子无人确认出餐数；"
            "涉及补助 {subsidy_fen} 分。",
            "请与饭堂的纸质登记和采购情况核对。",
        ),
    ),
    Detector(
        Pattern.meals_undone,
        SubjectKind.actor,
        MEALS_UNDONE,
        Words(
            "A clerk who undoes much",
            "Of {meals} meals that {clerk} recorded at {canteen} in {month} she undid {undone}.",
            "Ask why; a meal that is undone may have been eaten and paid for in cash.",
        ),
        Words(
            "撤销过多的核销员",
            "{clerk} 于 {month} 在 {canteen} 核销 {meals} 餐，其中自行撤销 {undone} 餐。",
            "请询问原因；被撤销的餐可能已就餐并收取现金。",
        ),
    ),
)
