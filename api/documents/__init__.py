"""Documents: what the ledger prints on paper, each a pure function from its facts to a PDF.

    certificate   志愿服务记录证明: what one unit credited to a person
    statement     志愿服务对账单: a person's service in a period
    settlement    结算单: a canteen's month, payer by payer
    donation      捐赠收据: money that was given, and what for
    notice        月度公示: the figures of a closed month, as they were published

The same facts give the same bytes. Beside each stands its template, which holds the words that are
always the same, in both languages; what differs is handed over as data, so nothing that a person
typed can become markup.
"""
