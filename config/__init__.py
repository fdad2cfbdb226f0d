"""Settings, addresses and servers: what joins the apps. What does not belong here: anything about a case."""
