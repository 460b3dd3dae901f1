"""How outside systems are read: sources that speak the Airbyte protocol, each run as a subprocess."""
