"""Signatures captured on a screen and seal images: pictures in the slots of a printed paper."""
