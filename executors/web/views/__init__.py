"""The pages of an executor's staff: overview, certificates and training, incidents, instructions, quality."""
