"""Inventories of other tools, taken over: one module per tool with `read(path) -> Imported`. No name is looked up."""
