"""Who gets in by the web: passwords, sessions, signed links, and how often it may be tried."""
