"""One output per module; see `fcosreport.renderer`."""
