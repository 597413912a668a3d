"""Detectors of publication: what was published and is not what the books say any more."""

from typing import Final

from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.trail import SubjectKind

OUTDATED: Final = filled("""
SELECT community, community AS subject, ARRAY[notice, month] AS others, min(reopened_on) AS since,
       count(*) AS score,
       (array_agg(reopened_at ORDER BY reopened_at DESC))[:19] || position AS evidence,
       jsonb_build_object(
           'notice', notice, 'month', month, 'times', count(*), 'day', max(reopened_on)) AS facts
FROM notices.notices AS notice CROSS JOIN LATERAL (
    SELECT position AS reopened_at, reopened_on FROM periods.reopenings AS since
    WHERE (since.community, since.month) = (notice.community, notice.month)
      AND since.position > notice.at_position AND since.position <= %(known)s) AS reopening
WHERE position <= %(known)s AND {within}
  AND NOT EXISTS (SELECT FROM notices.withdrawals AS withdrawal
                  WHERE withdrawal.notice = notice.notice AND withdrawal.position <= %(known)s)
  AND NOT EXISTS (SELECT FROM notices.notices AS later
                  WHERE (later.community, later.month) = (notice.community, notice.month)
                    AND later.at_position > reopened_at AND later.position <= %(known)s)
GROUP BY community, notice, month, position
""")
"""A notice that was taken down shows nothing, and one that shows the month anew has replaced it."""

DETECTORS: Final = (
    Detector(
        Pattern.notice_outdated,
        SubjectKind.community,
        OUTDATED,
        Words(
            "A month reopened after it was published",
            "The notice {notice} shows {month}, which was reopened {times} times since, last on "
            "{day}.",
            "Compare its figures with those of now; where they differ, withdraw it and publish "
            "the month anew.",
        ),
        Words(
            "公示后该月被重开",
            "公示 {notice} 展示 {month} 月，发布后该月已重开 {times} 次，最近一次在 {day}。",
            "请与现有数据核对；不一致的，请撤回并重新公示。",
        ),
    ),
)
