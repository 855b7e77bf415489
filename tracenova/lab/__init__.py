"""Labs: a TOML file that describes a small cloud, and the cloud it becomes."""
