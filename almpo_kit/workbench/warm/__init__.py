"""Warm kernels: a process that has imported the heavy libraries, and forks a fresh kernel whenever one is asked for.

``starting`` starts it, ``process`` is it, ``forking`` asks it, ``kernels`` are what Jupyter sees of it, ``confinement``
is what a kernel may not do. Linux only; everywhere else, and whenever something is amiss, kernels start as they always do.
"""
