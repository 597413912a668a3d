"""Detectors of deaths: what was done in the name of somebody who had died, as was found out later.

Once a death is recorded the rules refuse such acts, and the record itself takes meals and service
back. The rest stands, because somebody received it in good faith or only people can know who came.
Meals have a pattern of their own.
"""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.places import OF_STREAM
from ledger.projections.trail import SubjectKind

ACTS_AFTER_DEATH: Final = filled("""
WITH dead AS MATERIALIZED (
    SELECT person, died_on, (
        SELECT first_position FROM ledger.batches
        WHERE recorded_at >= died_on::timestamp AT TIME ZONE 'UTC'
        ORDER BY recorded_at LIMIT 1) AS since_position
    FROM (SELECT DISTINCT ON (person) person, died_on FROM shifts.deaths
          WHERE position <= %(known)s ORDER BY person, position DESC) AS death
    WHERE died_on IS NOT NULL),
acts AS MATERIALIZED (
    SELECT dead.person, died_on, notification_id AS position, said ->> 'to_person' AS receiver,
           split_part(originator_id, '-', 1) AS room, (said ->> 'occurred_on')::date AS day,
           (said ->> 'credit_minutes')::bigint AS credit_minutes,
           coalesce(said ->> 'community', {of_stream}) AS community
    FROM dead JOIN trail.subjects AS subject
      ON kind = 'person' AND id = dead.person AND position >= since_position
     AND position <= %(known)s
    JOIN ledger.stored_events AS event ON notification_id = subject.position
    CROSS JOIN LATERAL (SELECT convert_from(state, 'UTF8')::jsonb -> 'data') AS data (said)
    WHERE topic IN ('credit-transferred.v1', 'credit-redeemed.v1', 'credit-donated.v1',
                    'meeting-attended.v1', 'contribution-pledged.v1', 'contribution-recorded.v1',
                    'signed-up.v1', 'checked-in.v1', 'attendance-attested.v1')
      AND said ->> 'person' = dead.person AND (said ->> 'occurred_on')::date > died_on
      AND NOT EXISTS (
          SELECT FROM ledger.stored_events AS later
          WHERE later.originator_id = event.originator_id
            AND later.originator_version > event.originator_version
            AND later.notification_id <= %(known)s
            AND (event.topic, later.topic) IN (
                ('meeting-attended.v1', 'attendance-withdrawn.v1'),
                ('contribution-pledged.v1', 'pledge-withdrawn.v1'),
                ('contribution-pledged.v1', 'contribution-recorded.v1'),
                ('contribution-recorded.v1', 'contribution-withdrawn.v1'),
                ('signed-up.v1', 'sign-up-withdrawn.v1'), ('signed-up.v1', 'shift-cancelled.v1'))
            AND coalesce(convert_from(later.state, 'UTF8')::jsonb -> 'data' ->> 'person',
                         dead.person) = dead.person))
SELECT {place} AS community, person AS subject,
       coalesce(array_agg(DISTINCT receiver) FILTER (WHERE receiver IS NOT NULL), '{}') AS others,
       min(day) AS since, coalesce(sum(credit_minutes), 0)::bigint / 60 + count(*) AS score,
       {newest} AS evidence,
       jsonb_build_object(
           'person', person, 'died_on', died_on, 'day', min(day), 'acts', count(*),
           'credit', count(*) FILTER (WHERE room = 'credit'),
           'credit_minutes', coalesce(sum(credit_minutes), 0),
           'councils', count(*) FILTER (WHERE room = 'council'),
           'contributions', count(*) FILTER (WHERE room = 'contribution'),
           'shifts', count(*) FILTER (WHERE room = 'shift')) AS facts
FROM acts WHERE {within} GROUP BY person, died_on
""").replace("{of_stream}", OF_STREAM.replace("{stream}", "event.originator_id"))
"""What is of a later day was recorded later too, so nothing is looked at that was recorded before
the day of the death. An act that was taken back, or a promise that was kept, is not counted."""

DETECTORS: Final = (
    Detector(
        Pattern.acts_after_death,
        SubjectKind.person,
        ACTS_AFTER_DEATH,
        Words(
            "Acts in a dead person's name",
            "{person} died on {died_on}; {acts} acts in her name are of later days, the first of "
            "{day}: {credit} with time credit ({credit_minutes} minutes), {councils} at councils, "
            "{contributions} contributions, {shifts} sign-ups and attendances.",
            "Ask who acted for her. Take back a sign-up, a presence at a council or a contribution "
            "that was not hers; credit stays with whoever received it, until people settle it.",
        ),
        Words(
            "以逝者名义办理",
            "{person} 已于 {died_on} 去世；此后仍有 {acts} 项以其名义办理，最早在 {day}：时间币 "
            "{credit} 项（{credit_minutes} 分钟），议事会到会 {councils} 次，贡献 "
            "{contributions} 项，报名和签到 {shifts} 次。",
            "请查明由谁代办。不属于本人的报名、到会或贡献应撤销；时间币仍归收到的人，由各方协商处理。",
        ),
    ),
)
