"""Who somebody is, and what they may do.

```
scopes      what may be allowed at all, and which role allows what
permits     the one table: what each address asks for        doorkeeper  the one place that enforces it
recognition what a request carries (session, key, nothing) made a `Caller`
house       what is of the whole installation, and who keeps it
directory   the rows that are of no tenant: tenants, and whose a session, a key or a link is
people      who may sign in     passwords   argon2id     totp        one-time codes
sessions    who is signed in    keys        programs     links       one-time links: the owner's, invitations
entrance    signing in, out, and coming by a link         pacing      how often
issuer      who vouches for accounts of its own           vouching    signing in by its word
quota       how much may be stored                        refusals    what the door says
```

People and keys are rows of their tenant, changed in one unit with its ledger (stream `identity`); the
directory only leads to them. So whatever ends an access ends it with the commit that is in the log.
"""
