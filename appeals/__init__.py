"""Appeals: intake, triage suggestion, review, and the decision of a person."""
