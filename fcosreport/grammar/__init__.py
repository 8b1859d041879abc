"""What several dialects have in common: lines of numbers, dumps of configurations, tables, words before a result."""
