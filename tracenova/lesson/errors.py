"""Why a lesson cannot be had as it was asked for: each message is one clear line."""


class LessonError(Exception):
    """What was asked for does not exist or cannot be used: exit code 2."""


class UnknownLesson(LessonError):
    """There is no lesson of that number or name."""


class BrokenLesson(LessonError):
    """A lesson's own files are wrong; its author must mend them."""


class FolderError(LessonError):
    """The student's folder is missing, or cannot be read or written."""


class CannotRun(LessonError):
    """A lesson's own lab does not run here; the student's work is not to blame."""


class GivenUp(Exception):
    """Nobody waits for it any more: what was under way has been stopped."""
