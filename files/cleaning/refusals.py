"""Why there is no clean copy of a file."""


class Damaged(Exception):  # noqa: N818  named as in casework.errors
    """The file cannot be read, so that it is not taken."""


class TooManyPixels(Damaged):
    """The picture would take more memory than one may."""


class Unproven(Exception):  # noqa: N818
    """It can be read, but nobody can show that a copy would hold nothing beside what is seen and heard."""
