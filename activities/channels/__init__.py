"""Sending: one small file for each kind of channel, and `send` that chooses among them."""
