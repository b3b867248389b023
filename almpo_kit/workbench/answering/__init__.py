"""The participant's page of a consultation: plain pages from the server, no kernel, no code of others, nothing outside.

``server`` listens; ``pages`` are its addresses; ``desk`` asks the store; ``reading`` makes answers of what a form sent, and
``questions`` the other way round; ``group_pictures`` says where the group stands; words are in ``locale/``.
"""
