"""Access: how a person proves that it is she, and for how long she need not prove it again.

Who may do what is told by the log; here is what opens the door, and no secret is kept as it is: of
what a person chooses or copies by hand the Argon2id hash, of what has 128 random bits or more the
SHA-256. Nothing here knows a name, a telephone or an address of anybody.

    codes.py      account numbers and the secrets of slips, as people copy them
    passwords.py  which are refused, how they are kept and compared
    pins.py       the six digits beside a card
    accounts.py   one row for everybody who may be let in, by any way
    slips.py      the secret of a one-time slip: shown once, worth one use
    cards.py      a card with a QR code for whoever has no telephone
    qr.py         the code as a drawing and as text
    sessions.py   who is signed in, until when
    limits.py     how often something may be tried, counted for all processes
    doors.py      the ways in, each with its limits
    following.py  what the log decides about accounts takes effect here
"""
