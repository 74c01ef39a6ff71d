-- The directory has changed.
UPDATE directory_version SET version = version + 1
