"""Before any app: who may come in, from where, to which address, and with which headers it is answered."""
