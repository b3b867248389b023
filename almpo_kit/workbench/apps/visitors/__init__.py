"""People at the app server: who has which kernel, how many there may be, what each sees until hers is awake.

``places`` knows who is there, ``wakings`` starts kernels in turn, ``kernels`` are theirs, ``messages`` what may be said
to one, ``inert``, ``first_views`` and ``kept_views`` what is shown before one is awake, ``pages`` the page around it, ``requests`` answers
browsers, ``house`` holds all of it together.
"""
