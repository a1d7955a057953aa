"""Tools of another distribution than Tagwork's own. Each makes one HTTP call to a server that counts what happened."""
