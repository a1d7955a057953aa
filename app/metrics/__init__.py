"""What /metrics shows: names in catalogue.py; counted.py counts what was committed, figures.py asks the journal."""
