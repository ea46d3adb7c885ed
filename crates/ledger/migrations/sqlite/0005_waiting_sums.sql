-- Sums of events that are stored, as JSON, and not in their tables yet: a row for each transaction that stored many. They
-- are added to the tables in the order of their numbers, about a second later, and deleted here in the same transaction.
CREATE TABLE "spillway_waiting_sums" (
  "number" INTEGER NOT NULL PRIMARY KEY,
  "sums"   TEXT    NOT NULL
) STRICT;
