"""What the tests stand on: their environment, a real PostgreSQL, a real Chromium."""
