"""Why a lab cannot be had as it was asked for: each message is one clear line."""


class SettingsError(Exception):
    """An option is unknown or its value cannot be used.

    Attributes:
        group: group of the option in nova.conf, if it is about one.
        option: its name.
    """

    def __init__(self, problem: str, group: str = "", option: str = "") -> None:
        super().__init__(problem)
        self.group, self.option = group, option


class PartMissing(Exception):
    """Something of the environment is not here; the message says how to mend it."""
