"""What the API says of the dashboards."""
