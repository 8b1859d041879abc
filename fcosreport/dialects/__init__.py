"""One format of one framework per module; see `fcosreport.dialect`."""
