"""What funders see: dashboards published for them, small cells kept secret, questions, and the read-only API."""
