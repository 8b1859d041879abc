"""One rule per module; see `fcosreport.rule`."""
