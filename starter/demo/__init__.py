"""A park that looks lived-in, made through the same commands as everything else."""
