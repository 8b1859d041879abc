"""fcosreport held against its targets, side by side with rg, find and hand-written loops: docs/performance.md."""
