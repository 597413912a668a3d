"""A year of a whole town, invented from a seed and entered down the one road.

    extent.py       how large a town or a district is
    days.py         the calendar of the year: weekdays, holidays, days to make up, typhoons
    acts.py         what somebody does at a moment, and what the rules are to answer
    places.py       the communities, and who holds which office in them
    cast.py         the people: elders, who eats how often; volunteers, who serves how often
    founding.py     what must stand before the year begins
    canteens.py     a day of a canteen
    service.py      the shifts of a day, and what becomes of whoever signed up
    money.py        what comes in, what is asked for, approved and paid
    months.py       the end of a month: settled, paid, closed
    planted.py      the misuse that no rule can refuse, and the list of it
    attempts.py     the misuse that the rules refuse, tried
    year.py         all of it in the order of time, executed
    findings.py     what the exceptions queue found of what was planted

Everything but the calendar of public holidays is invented, and so labelled where people see it.
"""
