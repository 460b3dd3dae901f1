"""Our own sources. Each is a program that speaks the Airbyte protocol; nothing else imports airbyte_cdk."""
