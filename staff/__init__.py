"""Acts on people: invite, move, hand over; tokens; sign-in. Above records, because each act is an event."""
