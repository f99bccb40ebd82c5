"""What the API's document shows as examples is really asked and answered: the recorder, and scenarios by subject."""
