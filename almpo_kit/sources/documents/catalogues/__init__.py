"""Catalogues of publications that answer over the network: OpenAlex and Crossref, behind one interface."""
