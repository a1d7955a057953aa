"""The control API under `/_rehearsal/`: what people do in the workspace, what tests want to see, break or hold."""
