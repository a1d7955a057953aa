"""Tests of app/slack/listeners."""
