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
    SELECT first.*, home, earlier.rule AS rule_before, sheet.position AS sheet, sheet.recorded_on
    FROM (SELECT DISTINCT ON (person, facts_version)
                 person, facts_version, canteen, served_on, position, rule
          FROM subsidised ORDER BY person, facts_version, served_on, position) AS first
    JOIN (SELECT person, community AS home FROM service.people WHERE {within}) AS registered
        USING (person)
    CROSS JOIN LATERAL (
        SELECT coalesce(rule, '-') AS rule FROM meals.claims
        WHERE person = first.person AND facts_version < first.facts_version
          AND NOT at_full_price AND {within}
          AND (served_on, position) < (first.served_on, first.position)
        ORDER BY served_on DESC, position DESC LIMIT 1) AS earlier
    CROSS JOIN LATERAL (
        SELECT notification_id AS position, (data ->> 'occurred_on')::date AS recorded_on
        FROM ledger.stored_events
        CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS event (data)
        WHERE originator_id = 'person-' || first.person AND topic = 'facts-recorded.v1'
          AND (data ->> 'version')::integer = first.facts_version) AS sheet
    WHERE earlier.rule = '-' AND first.served_on - sheet.recorded_on <= 7)
SELECT CASE home WHEN {place} THEN home END AS community, person AS subject,
       ARRAY[gained.canteen] AS others, recorded_on AS since,
       sum(price_fen - copayment_fen)::bigint / 1000 + count(*) AS score,
       (array_agg(meal.position ORDER BY meal.position DESC))[:19] || sheet AS evidence,
       jsonb_build_object(
           'person', person, 'facts_version', facts_version, 'day', recorded_on,
           'first_day', gained.served_on, 'rule', gained.rule, 'rule_before', rule_before,
           'meals', count(*), 'subsidy_fen', sum(price_fen - copayment_fen)) AS facts
FROM gained JOIN subsidised AS meal USING (person, facts_version)
GROUP BY person, facts_version, gained.canteen, gained.served_on, gained.rule, rule_before,
         sheet, recorded_on, home
""").replace("{standing}", STANDING)
"""The sheet lies where she is registered, so of another community's it tells whoever sees both."""
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
CLERK_DAYS: Final = filled("""
SELECT community, canteen, claimed_by, served_on, max(part.position) AS position,
       sum(claims)::bigint AS meals, sum(subsidy_fen)::bigint AS subsidy_fen,
       max(last_at) - min(first_at) AS lasted
FROM (
    SELECT canteen, claimed_by, served_on, claims, subsidy_fen, first_at, last_at, position
    FROM meals.clerk_days WHERE recorded_on < %(before_day)s
    UNION ALL
    SELECT canteen, claimed_by, served_on, 1, price_fen - copayment_fen, claimed_at, claimed_at,
           position
    FROM meals.claims WHERE position > %(after)s AND position <= %(until)s) AS part
JOIN meals.canteens USING (canteen)
WHERE {within} GROUP BY community, canteen, claimed_by, served_on
""")
MEALS_IN_SECONDS: Final = filled("""
SELECT community, claimed_by AS subject, ARRAY[canteen] AS others, min(served_on) AS since,
       sum(subsidy_fen)::bigint / 1000 + count(*) AS score, {newest} AS evidence,
       jsonb_build_object(
           'clerk', claimed_by, 'canteen', canteen, 'days', count(*), 'meals', sum(meals),
           'subsidy_fen', sum(subsidy_fen)) AS facts
FROM ({clerk_days}) AS day
WHERE meals >= 20 AND lasted <= meals * interval '2 seconds'
  AND 20 <= (
      SELECT count(DISTINCT person) FROM meals.claims AS claim
      WHERE (claim.canteen, claim.served_on) = (day.canteen, day.served_on)
        AND claim.claimed_by = day.claimed_by AND claim.position <= %(known)s)
  AND NOT EXISTS (
      SELECT FROM ledger.stored_events
      WHERE originator_id = 'canteen-' || canteen || '-' || to_char(served_on, 'YYYY-MM')
        AND topic = 'plates-attested.v1' AND notification_id <= %(known)s
        AND convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'occurred_on' = served_on::text)
GROUP BY community, canteen, claimed_by HAVING count(*) >= 3
""").replace("{clerk_days}", CLERK_DAYS)
MEALS_UNDONE: Final = filled("""
WITH undone AS MATERIALIZED (
    SELECT canteen, claimed_by, served_on, change.position
    FROM (SELECT person, served_on, claim, decided_by, min(position) AS position
          FROM meals.changes WHERE status = 'reversed' AND position <= %(known)s
          GROUP BY person, served_on, claim, decided_by) AS change
    JOIN meals.claims USING (person, served_on, claim) WHERE decided_by = claimed_by),
months AS (
    SELECT community, canteen, claimed_by, to_char(served_on, 'YYYY-MM') AS month,
           sum(meals)::bigint AS meals
    FROM ({clerk_days}) AS day GROUP BY community, canteen, claimed_by, month)
SELECT community, claimed_by AS subject, ARRAY[canteen] AS others, since, times AS score, evidence,
       jsonb_build_object(
           'clerk', claimed_by, 'canteen', canteen, 'month', month, 'meals', meals,
           'undone', times) AS facts
FROM months JOIN (
    SELECT canteen, claimed_by, to_char(served_on, 'YYYY-MM') AS month, min(served_on) AS since,
           count(*) AS times, {newest} AS evidence
    FROM undone GROUP BY canteen, claimed_by, month) AS hers USING (canteen, claimed_by, month)
WHERE times >= 5 AND times * 10 >= meals
""").replace("{clerk_days}", CLERK_DAYS)
MEALS_OVER_PLATES: Final = filled("""
SELECT community, canteen AS subject, ARRAY[]::text[] AS others, min(day) AS since,
       sum(greatest((excess.meals - plates) * price_fen / nullif(submission.meals, 0), 0))::bigint
           / 1000 + count(*) AS score,
       (array_agg(DISTINCT position ORDER BY position DESC))[:20] AS evidence,
       jsonb_build_object(
           'canteen', canteen, 'days', count(*), 'meals', sum(excess.meals), 'plates', sum(plates))
           AS facts
FROM (SELECT DISTINCT ON (canteen, month) * FROM settlements.submissions
      WHERE position <= %(known)s AND {within}
      ORDER BY canteen, month, submission DESC) AS submission
JOIN settlements.days_over_plates AS excess USING (canteen, month, submission)
GROUP BY community, canteen
""")
"""As the last submission of each month says; what a meal cost is that month's average, or nothing
where so much was taken back that none is left."""

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
            "请向登记员核对新资料的依据。",
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
            "{clerk} recorded meals at {canteen} within seconds, and nobody attested the plates of "
            "these days. Days: {days}, meals: {meals}; {subsidy_fen} fen were borne for them.",
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
    Detector(
        Pattern.meals_over_plates,
        SubjectKind.canteen,
        MEALS_OVER_PLATES,
        Words(
            "More meals than plates",
            "{canteen} claimed more meals than plates were attested. Days: {days}, meals: {meals}, "
            "plates: {plates}.",
            "Ask who ate the rest, and reverse what nobody did; what was settled comes back.",
        ),
        Words(
            "就餐数多于出餐数",
            "{canteen} 有 {days} 天共核销 {meals} 餐，而确认的出餐数为 {plates}。",
            "请查明多出的餐由谁就餐；无人就餐的应冲销，已结算的随之追回。",
        ),
    ),
)
