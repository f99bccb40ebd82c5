"""The API's rooms for reports. Every write calls what the pages call."""
