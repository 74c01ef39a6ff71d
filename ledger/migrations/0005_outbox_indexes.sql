-- What the dispatcher looks for every second, also while thousands are held back.

CREATE INDEX messages_to_send ON messages (greatest(not_before, next_try))
    WHERE status = 'queued' AND batch IS NULL;
