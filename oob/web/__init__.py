"""The live page: runs of a home in a browser, made from their journals; what it needs is in the extra `oob[web]`."""
