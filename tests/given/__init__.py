"""What tests are given: processes, servers and files made for them. Nothing in the product imports this."""
