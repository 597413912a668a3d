"""The ledger: facts, rules and records of a town's volunteers, canteens and funds."""
