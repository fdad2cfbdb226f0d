"""Settings, addresses and servers: what joins the apps."""
