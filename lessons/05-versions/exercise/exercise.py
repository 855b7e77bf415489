"""Lesson 5: which version of a message may be sent?"""


def choose_version(offers, cap):
    """Return the version in which to send a message.

    offers: versions that the sender can speak, the newest (best) first: ["4.3", "4.0"]
    cap: the newest version that it is allowed to send: "4.2"; None: no limit

    Return the best of the offers that may be sent, None when none may be. A version may be
    sent when its major number (before the dot) is that of the cap, and its minor number
    (after the dot) is at most the cap's.
    """
    # TODO: this sends the newest, whatever the cap says.
    return offers[0]
