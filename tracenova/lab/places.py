"""Finds the line, in the lab's file or the user's nova.conf, that an error is about."""

from tracenova.lab import files, spec
from tracenova.lab.errors import SettingsError
from tracenova.lab.settings import Settings


def placed(error: SettingsError, lab: spec.Lab, settings: Settings) -> Exception:
    """Return the error with the place of its option in front, as far as it has one."""
    if not error.option:
        return error
    tables = [(("hosts", at), host.conf) for at, host in enumerate(lab.hosts)]
    for path, conf in [*tables, ((), lab.conf)]:
        if error.option in conf.get(error.group, {}):
            group = () if error.group == "DEFAULT" else (error.group,)
            at = files.place_of(lab, *path, "conf", *group, error.option)
            return files.LabError(f"{at}: {error}")
    user = settings.place_of(error.group, error.option)
    return SettingsError(f"{user or 'nova.conf'}: {error}")
