-- Which version of each read model is served.
CREATE TABLE IF NOT EXISTS ledger.read_models (
    name    text PRIMARY KEY,
    version integer NOT NULL
);
GRANT SELECT ON ledger.read_models TO jiefang_app;
