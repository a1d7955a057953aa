"""Tests of app/slack."""
