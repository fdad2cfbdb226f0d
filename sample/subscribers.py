"""What the worker does in a sandbox beside what it does everywhere."""

from sample.sandbox.clock import move_on

ROUTINES = {"the clock of a sandbox": move_on}
