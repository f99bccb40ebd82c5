"""The API's rooms of the dashboards."""
