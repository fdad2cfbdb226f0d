"""The sample platform: made-up parties, rules and cases for trying things out. What does not belong here: rules."""
