"""附件: files that people attach, checked by content, kept by the SHA-256 of what is kept.

`depot.Depot` takes them in and gives them back, `find` says what a demand, or somebody who has not
used it yet, may see, `naming` turns what a command names into what the ledger knows of it.
"""
