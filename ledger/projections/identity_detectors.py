"""Detectors of identity: what somebody had twice while nobody knew that two ids are hers.

Since the merge the rules refuse it. What was decided before stands until somebody takes it back; a
merge of ids that had nothing twice is nothing to look at.
"""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.meal_detectors import STANDING
from ledger.projections.trail import SubjectKind

TWO_IDS: Final = filled("""
WITH merges AS MATERIALIZED (
    SELECT kept, duplicate, community, position FROM service.merges
    WHERE position <= %(known)s AND (ended_position IS NULL OR ended_position > %(known)s)
      AND {within}),
ids AS (SELECT kept, kept AS person FROM merges UNION SELECT kept, duplicate FROM merges),
served AS MATERIALIZED (
    SELECT kept, person, shift, unit, position, community, occurred_on, starts_at, ends_at,
           service_minutes
    FROM ids JOIN service.records USING (person)
    WHERE status IN ('credited', 'held') AND position <= %(known)s
      AND (until_position IS NULL OR until_position > %(known)s) AND {within}),
days AS MATERIALIZED (
    SELECT kept, person, position, starts_at, ends_at, day
    FROM served CROSS JOIN (VALUES (0), (24), (48)) AS on_from (hours)
    CROSS JOIN LATERAL (
        SELECT date_trunc('day', starts_at, 'UTC') + hours * interval '1 hour') AS in_utc (day)
    WHERE day < ends_at),
pairs AS MATERIALIZED (
    SELECT later.position AS later, earlier.position AS earlier,
           tstzrange(later.starts_at, later.ends_at)
               * tstzrange(earlier.starts_at, earlier.ends_at) AS shared
    FROM days AS later JOIN days AS earlier USING (kept, day)
    WHERE earlier.person <> later.person AND earlier.position < later.position
      AND earlier.starts_at < later.ends_at AND later.starts_at < earlier.ends_at),
double AS (
    SELECT later AS position, (
        SELECT sum(extract(epoch FROM upper(span) - lower(span)))::bigint / 60
        FROM unnest(range_agg(shared)) AS span) AS minutes
    FROM pairs GROUP BY later),
brought AS (
    SELECT *, row_number() OVER (PARTITION BY kept, unit ORDER BY position) AS turn,
           count(*) OVER (PARTITION BY kept, unit) AS turns
    FROM served WHERE shift = ''),
eaten AS MATERIALIZED (
    SELECT kept, person, served_on, position, community,
           price_fen - copayment_fen AS subsidy_fen,
           row_number() OVER (PARTITION BY kept, served_on ORDER BY position) AS turn,
           row_number() OVER (PARTITION BY kept, served_on, person ORDER BY position) AS own_turn
    FROM ids JOIN meals.claims AS claim USING (person)
    WHERE price_fen > copayment_fen AND position <= %(known)s AND {within} AND {standing}),
beyond AS MATERIALIZED (
    SELECT kept, served_on, eaten.position
    FROM eaten JOIN ledger.stored_events ON notification_id = eaten.position
    CROSS JOIN LATERAL (
        SELECT (convert_from(state, 'UTF8')::jsonb -> 'data' ->> 'subsidised_limit')::bigint
    ) AS that_day (meals_most)
    WHERE own_turn < turn AND own_turn <= meals_most AND meals_most < turn),
twice AS MATERIALIZED (
    SELECT kept, person, community, position, occurred_on AS day, minutes AS service_minutes,
           NULL::bigint AS subsidy_fen, NULL::bigint AS opening_minutes
    FROM served LEFT JOIN double USING (position)
    WHERE position IN (SELECT later FROM pairs UNION SELECT earlier FROM pairs)
    UNION ALL
    SELECT kept, person, community, position, served_on, NULL,
           CASE WHEN position IN (SELECT position FROM beyond) THEN subsidy_fen END, NULL
    FROM eaten WHERE (kept, served_on) IN (SELECT kept, served_on FROM beyond)
    UNION ALL
    SELECT kept, person, community, position, occurred_on, NULL, NULL,
           CASE WHEN turn > 1 THEN service_minutes END
    FROM brought WHERE turns > 1),
told AS (
    SELECT * FROM twice
    UNION ALL
    SELECT kept, NULL, community, position, NULL, NULL, NULL, NULL FROM merges
    WHERE (kept, duplicate) IN (SELECT kept, person FROM twice))
SELECT community, kept AS subject, others, since,
       (service_minutes + opening_minutes) / 60 + subsidy_fen / 1000 + services + meals + openings
           AS score,
       evidence,
       jsonb_build_object(
           'person', kept, 'duplicates', array_to_string(others, ', '),
           'services', services, 'service_minutes', service_minutes,
           'meals', meals, 'subsidy_fen', subsidy_fen,
           'openings', openings, 'opening_minutes', opening_minutes) AS facts
FROM (
    SELECT {place} AS community, kept,
           array_agg(DISTINCT person) FILTER (WHERE person <> kept) AS others,
           min(day) AS since,
           (array_agg(DISTINCT position ORDER BY position DESC))[:20] AS evidence,
           count(service_minutes) AS services,
           coalesce(sum(service_minutes), 0)::bigint AS service_minutes,
           count(subsidy_fen) AS meals, coalesce(sum(subsidy_fen), 0)::bigint AS subsidy_fen,
           count(opening_minutes) AS openings,
           coalesce(sum(opening_minutes), 0)::bigint AS opening_minutes
    FROM told GROUP BY kept) AS person
""").replace("{standing}", STANDING)
"""Of what she had twice, what was recorded later counts, once under however many ids; the rest is
evidence, and so are the merges. A meal counts that passes its own canteen's limit because of meals
under another id. Services are compared day by day, not each with every other; the longest presence,
of 32 hours, touches three days. A merge is known where either id is registered, and tells there of
what lies there."""

DETECTORS: Final = (
    Detector(
        Pattern.two_ids_of_one_person,
        SubjectKind.person,
        TWO_IDS,
        Words(
            "One person who had it twice, under two ids",
            "{person} was also entered as {duplicates}. Under these ids {services} services "
            "overlap others ({service_minutes} minutes), {meals} meals were subsidised beyond what "
            "a day allows ({subsidy_fen} fen), and opening minutes of a unit were brought again "
            "{openings} times ({opening_minutes} minutes).",
            "Of each pair ask which one is true, and reverse the other, as a rule the later; ask "
            "how she came to be entered twice. If they are two persons, separate them.",
        ),
        Words(
            "一人两号、重复计入",
            "{person} 曾另以 {duplicates} 登记。各编号之间：服务时间重叠 {services} 次"
            "（{service_minutes} 分钟），超出每日限额的补助餐 {meals} 餐（{subsidy_fen} 分），"
            "同一单位的期初时长重复 {openings} 次（{opening_minutes} 分钟）。",
            "请逐对核实哪一条属实，冲销另一条，一般为较晚的一条；并查明为何重复登记。"
            "确属两人的，请拆分。",
        ),
    ),
)
