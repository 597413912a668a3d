"""Detectors of service: friends who confirm each other, and hours that nobody saw.

They count service that is credited and stands; what is held or was taken back pays nobody.
"""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.trail import SubjectKind

CREDITED: Final = filled("""
SELECT person, shift, position, community, occurred_on, service_minutes, grade, late, recorded_at,
       confirmed_by COLLATE "C" AS confirmed_by, decided_by COLLATE "C" AS decided_by
FROM service.records
WHERE status = 'credited' AND position <= %(known)s
  AND (until_position IS NULL OR until_position > %(known)s) AND {within}
""")

RINGS: Final = filled(
    """
WITH given AS MATERIALIZED ({credited} AND shift <> ''),
edges AS MATERIALIZED (
    SELECT DISTINCT confirmed_by AS giver, person AS taker FROM given),
rings AS (
    SELECT ARRAY[one.giver, two.giver] AS members
    FROM edges AS one JOIN edges AS two ON (two.giver, two.taker) = (one.taker, one.giver)
    WHERE one.giver < two.giver
    UNION ALL
    SELECT ARRAY[one.giver, two.giver, three.giver]
    FROM edges AS one JOIN edges AS two ON two.giver = one.taker
    JOIN edges AS three ON (three.giver, three.taker) = (two.taker, one.giver)
    WHERE one.giver < two.giver AND one.giver < three.giver),
steps AS (
    SELECT members, turn, community, position, occurred_on, service_minutes
    FROM rings CROSS JOIN LATERAL unnest(members, members[2:] || members[1])
        WITH ORDINALITY AS step (giver, taker, turn)
    JOIN given ON (confirmed_by, person) = (giver, taker)),
closing AS (
    SELECT *, occurred_on - 90 <= least(
        coalesce(max(occurred_on) FILTER (WHERE turn = 1) OVER before, '-infinity'),
        coalesce(max(occurred_on) FILTER (WHERE turn = 2) OVER before, '-infinity'),
        coalesce(max(occurred_on) FILTER (WHERE turn = cardinality(members)) OVER before,
                 '-infinity')) AS closes
    FROM steps WINDOW before AS (PARTITION BY members ORDER BY occurred_on)),
near AS (
    SELECT *, min(occurred_on) FILTER (WHERE closes) OVER (
        PARTITION BY members ORDER BY occurred_on
        RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) <= occurred_on + 90 AS counts
    FROM closing),
spans AS (
    SELECT members, min(occurred_on) AS first_on, max(occurred_on) AS last_on
    FROM near WHERE counts GROUP BY members),
served AS (
    SELECT members, sum(service_minutes) AS all_minutes
    FROM spans CROSS JOIN LATERAL unnest(members) AS member (person) JOIN given USING (person)
    WHERE occurred_on BETWEEN first_on - 90 AND last_on + 90 GROUP BY members)
SELECT {place} AS community, members[1] AS subject, members[2:] AS others,
       min(occurred_on) AS since, sum(service_minutes)::bigint / 60 + count(*) AS score,
       {newest} AS evidence,
       jsonb_build_object(
           'members', array_to_string(members, ', '), 'count', cardinality(members),
           'times', count(*), 'service_minutes', sum(service_minutes)) AS facts
FROM near JOIN served USING (members) WHERE counts
GROUP BY members, all_minutes HAVING sum(service_minutes) * 2 >= all_minutes
""".replace("{credited}", CREDITED)
)
"""A service closes a ring when each of the others has confirmed the next one's of the 90 days up
to it; every service of the ring within 90 days before one that closes it counts. Those who confirm
for a community serve as well and confirm each other now and then, so it is a ring only if it bears
half of what its members served from 90 days before it to 90 days after."""

SOLE_CONFIRMER: Final = filled(
    """
WITH given AS MATERIALIZED ({credited} AND shift <> ''),
confirmers AS (
    SELECT community, confirmed_by, sum(service_minutes) AS by_her,
           sum(sum(service_minutes)) OVER (PARTITION BY community) AS by_anybody
    FROM given GROUP BY community, confirmed_by),
served AS (
    SELECT community, person, sum(service_minutes) AS served_here
    FROM given GROUP BY community, person)
SELECT community, person AS subject, ARRAY[confirmed_by] AS others, since,
       minutes::bigint / 60 + times AS score, evidence,
       jsonb_build_object(
           'person', person, 'confirmer', confirmed_by, 'times', times,
           'service_minutes', minutes, 'all_minutes', all_minutes) AS facts
FROM (
    SELECT {place} AS community, person, confirmed_by, min(occurred_on) AS since,
           count(*) AS times, sum(service_minutes) AS minutes,
           sum(sum(service_minutes)) OVER (PARTITION BY person) AS all_minutes,
           bool_or(grade = 'checked') AS seen,
           {newest} AS evidence
    FROM given GROUP BY person, confirmed_by) AS pairs
LEFT JOIN confirmers USING (community, confirmed_by) LEFT JOIN served USING (community, person)
WHERE NOT seen AND minutes >= 1200 AND minutes * 10 >= all_minutes * 9
  AND (2 * (by_her - minutes) > by_anybody - served_here) IS NOT TRUE
""".replace("{credited}", CREDITED)
)
"""Where one person confirms most of what all others serve in a community, it says nothing of any of
them that she confirms them."""

LATE_BEFORE_STAR: Final = filled(
    """
WITH counted AS MATERIALIZED (
    SELECT credited.*, home, time_zone, (recorded_at AT TIME ZONE time_zone)::date AS credited_on,
           sum(service_minutes) OVER (PARTITION BY person ORDER BY position) AS minutes_then
    FROM ({credited}) AS credited JOIN service.communities USING (community)
    JOIN (SELECT person, community AS home FROM service.people) AS member USING (person)),
stars AS MATERIALIZED (
    SELECT home, credited_on, unnest(coalesce((
        SELECT star_thresholds FROM service.star_rules AS rule
        WHERE rule.community = home AND valid_from <= credited_on AND position <= %(known)s
        ORDER BY valid_from DESC, position DESC LIMIT 1),
        %(star_thresholds)s::bigint[])) AS threshold
    FROM (SELECT DISTINCT home, credited_on FROM counted) AS day),
crossings AS (
    SELECT person, credited_on AS crossed_on, max(position) AS crossing,
           max(threshold) AS threshold
    FROM counted JOIN stars USING (home, credited_on)
    WHERE minutes_then - service_minutes < threshold AND threshold <= minutes_then
    GROUP BY person, credited_on)
SELECT {place} AS community, person AS subject, ARRAY[]::text[] AS others,
       crossed_on AS since, sum(service_minutes)::bigint / 60 + count(*) AS score,
       {newest} AS evidence,
       jsonb_build_object(
           'person', person, 'hours', threshold / 60, 'day', crossed_on, 'times', count(*),
           'service_minutes', sum(service_minutes)) AS facts
FROM crossings JOIN counted USING (person)
WHERE position <= crossing AND credited_on > crossed_on - 14 AND shift <> ''
  AND (late IS NOT NULL OR occurred_on + 14 < (
      SELECT (min(said.recorded_at) AT TIME ZONE time_zone)::date FROM service.records AS said
      WHERE (said.person, said.shift) = (counted.person, counted.shift)))
GROUP BY person, crossed_on, threshold HAVING sum(service_minutes) >= 600
""".replace("{credited}", CREDITED)
)
WHOLE_SHIFTS: Final = filled(
    """
SELECT {place} AS community, person AS subject, ARRAY[]::text[] AS others,
       min(occurred_on) AS since, count(*) FILTER (WHERE whole) AS score,
       (array_agg(position ORDER BY position DESC) FILTER (WHERE whole))[:20] AS evidence,
       jsonb_build_object(
           'person', person, 'times', count(*) FILTER (WHERE whole), 'shifts', count(*)) AS facts
FROM (
    SELECT given.person, given.community, given.occurred_on, given.position, given.grade,
           (check_in, check_out) = (shift.starts_at, shift.ends_at) AS whole
    FROM ({credited} AND shift <> '') AS given JOIN shifts.shifts AS shift USING (shift)
    JOIN shifts.people AS came ON (came.shift, came.person) = (shift.shift, given.person)
     AND came.position <= %(known)s
     AND (came.until_position IS NULL OR came.until_position > %(known)s)) AS given
GROUP BY person
HAVING count(*) FILTER (WHERE whole) >= 10 AND bool_and(grade = 'attested')
   AND count(*) FILTER (WHERE whole) * 10 >= count(*) * 9
""".replace("{credited}", CREDITED)
)

RELATED: Final = filled(
    """
SELECT {place} AS community, person AS subject, ARRAY[decider] AS others,
       min(given.occurred_on) AS since, sum(service_minutes)::bigint / 60 + count(*) AS score,
       (array_agg(given.position ORDER BY given.position DESC))[:19] || found.position AS evidence,
       jsonb_build_object(
           'person', person, 'decider', decider, 'day', found.occurred_on, 'times', count(*),
           'service_minutes', sum(service_minutes)) AS facts
FROM (
    SELECT person, position, community, occurred_on, service_minutes, confirmed_by, decided_by
    FROM ({credited}) AS credited
    UNION ALL
    SELECT person, position, community, occurred_on, 0, granted_by, granted_by
    FROM service.stars WHERE position <= %(known)s AND {within}) AS given
JOIN (SELECT *, lag(position, 1, 0::bigint) OVER (
                 PARTITION BY person, decider ORDER BY position) AS before
      FROM service.related WHERE position <= %(known)s) AS found USING (person)
WHERE decider IN (confirmed_by, decided_by)
  AND given.position > found.before AND given.position < found.position
GROUP BY person, decider, found.position, found.occurred_on
""".replace("{credited}", CREDITED)
)
"""A decision counts for the first declaration after it: the two may be declared related again."""

DETECTORS: Final = (
    Detector(
        Pattern.confirmation_ring,
        SubjectKind.person,
        RINGS,
        Words(
            "Confirming in a ring",
            "{count} persons confirmed each other's service within 90 days, {times} times and for "
            "{service_minutes} minutes: {members}.",
            "Ask somebody else who was at these shifts, and let another person confirm.",
        ),
        Words(
            "互相确认",
            "{count} 人在 90 天内互相确认服务 {times} 次，共 {service_minutes} 分钟：{members}。",
            "请向当时在场的其他人核实，并改由他人确认。",
        ),
    ),
    Detector(
        Pattern.sole_confirmer,
        SubjectKind.person,
        SOLE_CONFIRMER,
        Words(
            "One confirmer for nearly everything",
            "{confirmer} confirmed {service_minutes} of the {all_minutes} minutes of {person}, "
            "{times} times; none of them was checked in.",
            "Ask the organising unit for its own sheet of these shifts.",
        ),
        Words(
            "几乎全由一人确认",
            "{person} 的 {all_minutes} 分钟中，{service_minutes} 分钟由 {confirmer} 确认，"
            "共 {times} 次，均无签到记录。",
            "请向组织单位调取这些班次的原始记录。",
        ),
    ),
    Detector(
        Pattern.late_before_star,
        SubjectKind.person,
        LATE_BEFORE_STAR,
        Words(
            "Late entries just before a star",
            "{person} came to {hours} hours on {day}; in the fortnight up to it {service_minutes} "
            "minutes of {times} shifts were credited that had been confirmed late.",
            "Look at the evidence of these entries before the star is granted.",
        ),
        Words(
            "星级前集中补录",
            "{person} 于 {day} 达到 {hours} 小时；此前两周内计入迟到确认的服务 {times} 次，"
            "共 {service_minutes} 分钟。",
            "授予星级前，请核对这些补录的证明材料。",
        ),
    ),
    Detector(
        Pattern.whole_shifts_attested,
        SubjectKind.person,
        WHOLE_SHIFTS,
        Words(
            "Attested to the minute, never checked in",
            "{times} of the {shifts} shifts of {person} were attested from their first to their "
            "last minute; she never checked in.",
            "Ask the leader how these times were taken, and let her check in from now on.",
        ),
        Words(
            "总是整班补记、从不签到",
            "{person} 的 {shifts} 个班次中有 {times} 个按排班起止时间整段补记，且从未签到。",
            "请询问负责人时间如何记录，并要求今后签到。",
        ),
    ),
    Detector(
        Pattern.decider_related,
        SubjectKind.person,
        RELATED,
        Words(
            "Decided by a relation, as was declared later",
            "{decider} decided {times} times about service of {person} or a star for it, "
            "{service_minutes} minutes; that the two are related was declared on {day}.",
            "Let somebody who is not related look at these decisions again.",
        ),
        Words(
            "事后申报的亲属曾作决定",
            "{decider} 曾就 {person} 的服务或星级作出决定 {times} 次，共 {service_minutes} 分钟；"
            "二人的亲属关系于 {day} 才申报。",
            "请由没有亲属关系的人重新核对这些决定。",
        ),
    ),
)
