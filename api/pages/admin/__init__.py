"""What whoever runs the service sees and does, under `/admin`; all of it works with scripts off.

```
hall        the frame of these pages: their doors, and the forms that they send
rooms       all of them together
health      how the service is, and "read everything back now"
webhooks    where messages go, what became of each, try out, send again, drop
rulesets    what platforms ask for, in words
drafts      a ruleset of one's own: compare, try, put in force, take back
days        days off, and those that this deployment knows better
retention   what would go and why, holds, the purge
stations    station clocks and their keys
shops       what is known of each shop
people      who may come, as what                 keys        keys of programs
```

**To add one**: a file with a `router`, a template that extends `admin.html`, a line in `rooms.py`, and a line
in `hall.DOORS` if it has a door of its own.
"""
