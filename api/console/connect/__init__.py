"""Pure parts of the connector pages: forms from specifications, diffs, advice."""
