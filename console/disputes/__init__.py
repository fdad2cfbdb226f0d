"""Pages of mediators and overseers about disputes: the queue, one dispute in three panes, and what oversight keeps."""
