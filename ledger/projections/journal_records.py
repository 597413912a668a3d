"""What is kept of the journal: every posting as an entry, and what each account's days add up to.

Each entry is also summed by the day it occurred on, the month it is booked in and the UTC day it
was recorded on: what it came to, and what of it was increase. The months of a trial balance are in
`account_months`. The database itself refuses the entries of an event that do not sum to zero.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ledger.domain import postings
from ledger.domain.values import Month
from ledger.projections import account_months
from ledger.projections.model import Changes, ReadModel
from ledger.store.codec import Recorded

TABLES: Final = """
CREATE TABLE {s}.entries (
    position    bigint NOT NULL,
    line        smallint NOT NULL,
    account     text COLLATE "C" NOT NULL,
    unit        text COLLATE "C" NOT NULL,
    amount      bigint NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    PRIMARY KEY (position, line)
);
CREATE INDEX entries_of_account ON {s}.entries (account, position);

CREATE TABLE {s}.days (
    account     text COLLATE "C" NOT NULL,
    unit        text COLLATE "C" NOT NULL,
    occurred_on date NOT NULL,
    booked_in   text COLLATE "C" NOT NULL,
    recorded_on date NOT NULL,
    amount      bigint NOT NULL,
    increase    bigint NOT NULL,
    PRIMARY KEY (account, unit, occurred_on, booked_in, recorded_on)
);

CREATE TABLE {s}.recordings (
    occurred_on date PRIMARY KEY,
    recorded_on date NOT NULL               -- the last day on which anything of it was recorded
);

CREATE FUNCTION {s}.refuse_imbalance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
    SELECT position, unit, sum(amount) AS off INTO wrong
    FROM added GROUP BY position, unit HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the entries of position % are off by % %',
            wrong.position, wrong.off, wrong.unit USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER balanced AFTER INSERT ON {s}.entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION {s}.refuse_imbalance();
"""

# -- folding -----------------------------------------------------------------------------------

ENTER: Final = """
COPY {s}.entries (position, line, account, unit, amount, occurred_on, booked_in) FROM STDIN
"""
ADD: Final = """
INSERT INTO {s}.days AS day (account, unit, occurred_on, booked_in, recorded_on, amount, increase)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::date[], %s::text[], %s::date[], %s::bigint[], %s::bigint[])
ON CONFLICT (account, unit, occurred_on, booked_in, recorded_on)
DO UPDATE SET amount = day.amount + excluded.amount, increase = day.increase + excluded.increase
"""

RECORD: Final = """
INSERT INTO {s}.recordings
SELECT * FROM unnest(%s::date[], %s::date[])
ON CONFLICT (occurred_on) DO UPDATE SET recorded_on = excluded.recorded_on
"""

Day = tuple[str, str, date, Month, date]


def fold(events: Sequence[Recorded]) -> Changes:
    """One entry for each posting, in the order of the rule book, and the sums of each day."""
    entries: list[tuple[int, int, str, str, int, date, Month]] = []
    days: dict[Day, list[int]] = {}
    recordings: dict[date, date] = {}
    posted = [(at, moved) for at in events if (moved := postings.of(at.event))]
    for at, moved in posted:
        position, occurred_on, booked_in = at.position, at.event.occurred_on, at.event.booked_in
        recorded_on = recordings[occurred_on] = at.recorded_at.date()
        for line, (account, counted, amount) in enumerate(moved, start=1):
            unit = counted.value
            entries.append((position, line, account, unit, amount, occurred_on, booked_in))
            day = (account, unit, occurred_on, booked_in, recorded_on)
            sums = days.setdefault(day, [0, 0])
            sums[0] += amount
            if amount > 0:
                sums[1] += amount
    changes = Changes()
    changes.copy(ENTER, entries)
    neighbours = sorted(days)  # in the index, to be written together
    changes.write(ADD, [(*day, *days[day]) for day in neighbours])
    changes.write(RECORD, recordings.items())
    account_months.enter(events, posted, changes)
    return changes


MODEL: Final = ReadModel("journal", 3, TABLES + account_months.TABLES, fold)
