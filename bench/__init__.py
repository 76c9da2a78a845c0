"""Measuring: `make bench`. Each figure stands beside a floor of the same run; absolute times mean little elsewhere."""
