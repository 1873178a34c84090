"""工作台: what waits for the person who signed in, gathered from every slice."""
