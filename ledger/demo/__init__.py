"""The worked example and its judge: case files in, commands down the one road, differences out.

    rows.py        a case file as typed rows
    steps.py       one row's command, with its time and whoever gives it
    names.py       ids of a case as ids of a ledger
    offices.py     who holds which role, granted before she acts
    town.py        what must stand before anything happens: communities, canteens, policies, people
    policies.py    the versions of policies, and the resolutions that they cite
    happenings.py  what happens, each row at its own time
    case.py        both in the order of time, executed
    check.py       what the ledger says now, beside what the case expects

Everything here works on demo and test ledgers only.
"""
