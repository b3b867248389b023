"""Publications as they are taken in: their text with places on pages, lists of references, the registry of them."""
