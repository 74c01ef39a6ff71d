-- The version of the directory in force.
SELECT version FROM directory_version
