"""The doors by which outside material comes in, each turning it into drafts and nothing else."""
