"""Platform rules: versions, clauses and the law articles beside them — the basis of every measure."""
