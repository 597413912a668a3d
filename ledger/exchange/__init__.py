"""What comes in from outside and what goes out: commands, files of commands, and exports."""
