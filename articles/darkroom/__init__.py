"""Pictures as bytes: looked at, developed, copied, in a process of their own with hard limits.

No Django in here: what a picture's bytes may do is done by a child process that has neither the
settings nor the database, little memory and little time. `workshop` is the door.
"""
