"""The API's own addresses: its schema and docs, what each problem means, and whether the process is well."""
