"""Access: who is let in, by which means, and what the log lets her do.

Who may do what is told by the log; here is what opens the door. No secret is kept as it is: of what
a person chooses or copies by hand the Argon2id hash, of what has 128 random bits or more the
SHA-256. Nothing here knows a name, a telephone or an address of anybody.

    authorities.py  her roles of today, from the log
    standing.py     whether the log lets her in at all
    tokens.py       who may act through the API; digests, never secrets
    codes.py        account numbers and the secrets of slips, as people copy them
    guessable.py    what is guessed first
    passwords.py    which are refused, how they are kept and compared
    pins.py         the six digits beside a card
    accounts.py     one row for everybody who may be let in, by any way
    slips.py        the secret of a one-time slip: shown once, worth one use
    cards.py        a card with a QR code for whoever has no telephone
    drawing.py      a QR code as a picture and as text
    sessions.py     who is signed in, until when
    limits.py       how often something may be tried, counted for all processes
    doors.py        the ways in, each with its limits
"""
