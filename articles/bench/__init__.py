"""The paper's benchmark: an archive of any size in a scratch database, and what it costs to read.

Nothing here ever opens the paper's own database: `scratch.py` makes another one and takes it away.
"""
