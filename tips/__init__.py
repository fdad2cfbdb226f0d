"""Tips (举报): what somebody reports of another party, and what becomes of it, without that party learning who did."""
