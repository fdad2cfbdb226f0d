"""The API's own addresses: its schema and docs, what each problem means, and whether the process is well.

What does not belong here: any endpoint of a case (its app's `api/`), and how endpoints work (`casework.api`).
"""
