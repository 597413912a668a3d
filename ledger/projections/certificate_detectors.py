"""Detectors of certificates: what was certified and is not what the records say any more."""

from typing import Final

from ledger.projections.certificates import DAY_OF_FIRST, FIRST_OTHERWISE
from ledger.projections.detectors import Detector, Pattern, Words, filled
from ledger.projections.trail import SubjectKind

OUTDATED: Final = filled(
    """
SELECT community, community AS subject, ARRAY[certificate] AS others, differs_since AS since,
       1::bigint AS score, ARRAY[first.position, certificate.position] AS evidence,
       jsonb_build_object('number', number, 'day', differs_since) AS facts
FROM certificates.certificates AS certificate JOIN service.communities USING (community)
CROSS JOIN LATERAL {first} AS first
CROSS JOIN LATERAL {day} AS day
WHERE certificate.position <= %(known)s AND first.position IS NOT NULL AND {within}
  AND NOT EXISTS (SELECT FROM certificates.voidings AS voiding
                  WHERE voiding.certificate = certificate.certificate
                    AND voiding.position <= %(known)s)
""".replace("{first}", FIRST_OTHERWISE).replace("{day}", DAY_OF_FIRST)
)
"""One that is void deceives nobody any more."""

DETECTORS: Final = (
    Detector(
        Pattern.certificate_outdated,
        SubjectKind.community,
        OUTDATED,
        Words(
            "A certificate whose records were corrected",
            "The certificate {number} counts service that was found to be otherwise on {day}, "
            "and it is not void.",
            "Ask the community to void it and to issue a new one; look who certified it.",
        ),
        Words(
            "证明所依据的记录已更正",
            "证明 {number} 所计的服务于 {day} 更正，而该证明尚未作废。",
            "请由开具社区作废并另行开具，并查看由谁开具。",
        ),
    ),
)
