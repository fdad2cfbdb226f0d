"""The mediator's workbench under the console: the queue, one dispute in three panes, and what oversight keeps."""
