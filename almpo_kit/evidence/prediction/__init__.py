"""The labour market of each estimate, and the effect to expect in another one."""
