"""The main job, shown: real mentions through the real app and real workers, on Rehearsal."""
