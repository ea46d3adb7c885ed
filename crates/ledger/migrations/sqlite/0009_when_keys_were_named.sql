-- When the request began, in UTC, that told the name: events come late, and out of order. Empty where that was not kept yet.
ALTER TABLE "spillway_key_aliases" ADD COLUMN "start_time" TEXT NOT NULL DEFAULT '';
