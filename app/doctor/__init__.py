"""`tagwork doctor`: a check is a file of checks/, found by walking; examining.py runs them, bench.py lends to them."""
