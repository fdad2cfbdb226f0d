"""Figures about notices, appeals and disputes: one catalogue of metrics, and of each closed day what they were."""
