-- The bytes of an upload.
SELECT content FROM uploads WHERE upload = $1
