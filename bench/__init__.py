"""`python -m bench`: what the software costs, each time against a floor measured in the same run (see docs/performance.md)."""
