"""What compliance does about rules and the platform's wording."""
