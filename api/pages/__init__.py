"""Pages: what people see in a browser, in Chinese or English, with or without scripts.

languages   which language, catalogues, and how hours, days and amounts are said
drawing     templates become answers, with the headers that a page needs
routing     a page's routes, and how a problem looks there
rooms       where whose work is
reading     what a page asks, as the API asks it
forms       what a form says, as a command of the catalogue
acting      a form is sent once, tried first where it matters, and never lost
keeping     a form that came too late
fields      what a form sent
words       how the closed lists of the ledger are said
…           one file a page
"""
