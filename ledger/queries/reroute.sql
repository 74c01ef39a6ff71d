-- Choose a way anew for inbox row $1, for which there was none.
UPDATE messages SET routed = false, by_hand = NULL
 WHERE id = $1 AND channel = 'inbox' AND by_hand = 'no_channel' AND passed_on_at IS NULL
RETURNING id
