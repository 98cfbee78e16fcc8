"""What people see in a browser, served from this machine; every page uses what the API offers as well.

```
frame     language, doors and headers of every page
doors     all pages that need nothing but a `Shelf`, and the files they are made of
station   a file to check, `/film`, and the clock beside the table
evidence  the list of what was sent, a picture for it, a case for an item
report    an item of evidence: under way, then film, findings, custody      shelf   where it finds its things
player    what a browser has to know of a film before it plays it
cases     the board of clocks, and what forms of a case lead to             case_view   that, as plain texts
example   an example to look around in, where there is nothing yet
case_new  a case opened by hand       case_told (told_view, case_forms)  what people tell about one, the forms
qr        a code as a shape in the page
case_entries  facts on sheets (sheets, written, entry); entries_, filling_, beside_, changes_view show them
case_photos   photos in slots (case_slots, sketch)   case_chat, chat_view   chat, promises, texts
case_outlook  before one decides (ahead_view)      bulk  cases out of a table       batch  many files at once
plain_form   what a form sent, who sent it, its claim to be answered once, and what is wrong with it
case_page one case: its sections, each a template in `templates/case/` and a function
packets   from a case to what a channel is sent           channel_view, packet_view   that, as plain texts
seals     the seal, asked for and watched                 seal_view   that, as plain texts
links     links for somebody outside                      link_view   that, as plain texts
decisions what was decided, and how it ended              decision_view   that, as plain texts
outcomes  what became of all refusals and appeals
admin/    whoever runs the service: health, webhooks, rulesets, days off, retention, stations, shops
shared    what somebody outside sees of a sealed bundle, and `/verify`
```

**To add a page**: a file with a `router`, a template that extends `frame.html`, a line in `app.py`; a door
in the frame is a line in `frame.NAV`.
"""
