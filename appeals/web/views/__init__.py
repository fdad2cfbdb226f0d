"""The pages of those whom a measure affects: start page, filing, case, decision, help. One command per POST."""
