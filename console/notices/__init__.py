"""Pages about notices: those looked at again because another was wrong, and the blind second looks at acts."""
