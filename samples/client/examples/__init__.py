"""Small programs that use the client; each runs as `python -m samples.client.examples.NAME`."""
