"""Django's PostgreSQL, with readers who do not wait for ever."""
