"""The embedded stack: PostgreSQL, Temporal and our worker as children of one process.

Start reading at `stack.py`; `supervisor.py` keeps the children alive, `cluster.py` decides where
PostgreSQL's files live and as whom it runs.
"""
