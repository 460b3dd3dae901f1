"""The shapes of what arrives and leaves over HTTP."""
