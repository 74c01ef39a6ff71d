"""Everything that speaks to Temporal from outside, and what a list import needs to do so."""
