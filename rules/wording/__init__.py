"""Forbidden content of the platform's own texts: rules, notices, letters, templates, proposals."""

from rules.wording.findings import Finding, lint
from rules.wording.kinds import KINDS
