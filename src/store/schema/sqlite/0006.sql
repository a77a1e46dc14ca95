-- For the speed of ingest: a trigger took as long as storing the event. The code that adds or finishes an event now counts it.

DROP TRIGGER count_event;
DROP TRIGGER count_fate;
DROP INDEX events_waiting;
