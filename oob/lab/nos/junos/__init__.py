"""A virtual Junos router: its configuration database, its command line, and its place in the network.

Left out of the database: groups and their inheritance, `insert`, `rename`, `copy`, `annotate`, `load patch`, commits at
a later time and on several routing engines. A private copy replaces the active configuration instead of merging.
"""
