"""Rules are taken away one by one, and each time a test has to fail: `make mutants`."""
