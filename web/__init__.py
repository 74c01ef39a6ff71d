"""The web application: pages for everybody, from the desk to the phone."""
