"""Messages of a Maildir and the contacts in them."""
