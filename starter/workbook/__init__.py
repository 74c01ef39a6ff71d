"""Workbooks as people make them: read into typed rows, written back as rejects. Pure reading."""
