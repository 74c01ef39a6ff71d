-- A message by channel $4 to account $3 ('*': a group) has failed: its people need another way.
UPDATE messages SET routed = false, via = NULL, tried = tried || $4::text
 WHERE demand = $1 AND seq = $2 AND channel = 'inbox' AND via = $4 AND $3 IN (account, '*')
