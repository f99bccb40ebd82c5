"""Acts on people: invite, move, deactivate, choose a hat. Above records, because each act is an event."""
