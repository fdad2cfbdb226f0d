"""The reviewers' own pages: the queue, a case in three panes, a decision in two steps. The rules are in commands."""
