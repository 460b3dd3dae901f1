"""Personal data inside free text: where it stands, and the text with it masked."""
