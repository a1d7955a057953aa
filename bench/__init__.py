"""What Tagwork costs, beside two rivals in the same run: `make bench`, docs/operators/performance.md."""
