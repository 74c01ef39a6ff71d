"""What a demand is: values, commands, events, state and the rules between them. Pure."""
