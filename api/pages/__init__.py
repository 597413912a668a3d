"""Pages: what people see in a browser, in Chinese or English, with or without scripts.

languages   which language, catalogues, and how hours and days are said
drawing     templates become answers, with the headers that a page needs
routing     a page's routes, and how a problem looks there
fields      what a form sent
…           one file a page
"""
