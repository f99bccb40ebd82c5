"""Which place and which office: divisions with dated versions, offices with dated names, programmes."""
