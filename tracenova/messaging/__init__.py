"""The message bus: how Nova's services talk when they are not in one room.

A driver of oslo.messaging that keeps its queues in Redis, embedded (``fakeredis://``)
or real (``redis://``), and a tap on the bus, where a message can be watched, held,
delayed, dropped, doubled or edited before it is delivered.

Nova has no such folder: it uses oslo.messaging's own RabbitMQ driver.
"""
