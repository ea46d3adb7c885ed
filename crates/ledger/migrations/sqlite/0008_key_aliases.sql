-- What the events last called a key, by its hash; empty where they had no name for it. For keys that are in no table of the
-- ledger's: those of a gateway's own file, the master key, and keys that were deleted.
CREATE TABLE "spillway_key_aliases" (
  "token"     TEXT NOT NULL PRIMARY KEY,
  "key_alias" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
