"""Messages of a mailbox on an IMAP server and the contacts in them, also as they arrive."""
