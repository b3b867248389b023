"""How a store grows from one form to the next (Alembic).

Each file in ``versions`` makes one form out of the one before and is never changed once a store was made with it. There
is no way back: rows that people kept are not taken away. A store of a later form is refused by an earlier package.
"""
