"""What Lianban costs beside a bare Temporal workflow, measured side by side in one run."""
