"""Charts as SVG that the server draws: pure functions from numbers to markup.

Classes instead of styles, for the CSP and for dark mode; shapes and labels besides colours. Each
is followed on its page by the same numbers as a table.
"""
