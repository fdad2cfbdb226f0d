"""Pages about notices of right holders, for compliance."""
