"""The dossier: a case on a few pages of paper, for somebody who has a minute.

    sheet      what stands on the pages, as values: words and pictures, nothing to decide
    claimed    what is claimed, and rule by rule whether it is enough
    pictured   the film and the photos
    stated     what was found, what nobody verified, and which file is which
    making     a gathered case becomes a sheet
    font       the one font, and which characters it has
    press      a sheet becomes a PDF, by `dossier.typ`
    signature  the PDF is signed, where the deployment has a certificate

It stands in `api` because it is made of all that people read (readings, the unfolding, the
timeline, the one catalogue), and it opens no picture: stills go in as the examination made them.
"""
