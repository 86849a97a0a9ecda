"""What the readers' templates need beyond Django's own: datelines, bylines."""
