"""What every process needs: settings, logging, texts, the Temporal plugin, the embedded stack."""
