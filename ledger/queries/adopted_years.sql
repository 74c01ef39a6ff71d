-- Every table of a year that the park has adopted.
SELECT body FROM calendar_years ORDER BY year, adopted_at
