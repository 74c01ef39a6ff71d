-- Every alarm, newest first.
SELECT demand, seq, kind, detail, raised_at FROM alarms ORDER BY id DESC LIMIT 100
