"""一台 compute 主机启动客户机，并等到 neutron 把它的网络插好。

偶尔 start_guest() 会一直等到时间用完，尽管每个接口早就插好了。有人在看的时候，它从来不发生。

TODO：改好 start_guest()，使任何事件都不会错过。Events 保持原样：Nova 的那个也会丢掉没有人等的
事件。必须做到：

- 从接口插上的那一刻起，事件就算数；
- 先（暂停着）启动客户机，然后才等待；
- 所有事件都来了才让它继续，这时返回 "active"；
- 有一个没有在 timeout 秒内到来：不继续，返回 "error"。
"""

import threading


class Events:
    """谁在等哪个事件。deliver() 由另一个线程调用。"""

    def __init__(self):
        self._waiting = {}

    def prepare(self, name):
        """说明有人要等这个事件；返回等的对象。"""
        self._waiting[name] = threading.Event()
        return self._waiting[name]

    def deliver(self, name):
        """事件来了：叫醒等它的人。没有人等就丢掉。"""
        event = self._waiting.pop(name, None)
        if event is not None:
            event.set()


def start_guest(interfaces, events, plug, start, resume, timeout):
    """用这些接口启动一个客户机。

    plug(interface) 让人把它插上，不久就会来一个同名的事件；
    start() 以暂停状态启动客户机，resume() 让它运行。
    """
    for interface in interfaces:
        plug(interface)
    start()
    for interface in interfaces:
        if not events.prepare(interface).wait(timeout):
            return "error"
    resume()
    return "active"
