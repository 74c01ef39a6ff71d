-- All office hours that the park has adopted.
SELECT body FROM calendar_offices ORDER BY adopted_at
