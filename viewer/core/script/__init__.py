"""Turn calls into a plain Python script that runs without Skyloupe, from the operations' own source."""
