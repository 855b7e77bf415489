"""Where remotable methods run, and what the trace shows of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fixtures_db import Cloud
from tests.unit.objects.factories import make_instance
from tracenova import exception, identity, objects, profiler
from tracenova.objects import base


class _Span:
    def __init__(self, name: str, kind: str, attributes: Mapping[str, Any]) -> None:
        self.name, self.kind, self.attributes = name, kind, dict(attributes)
        self.failed = False

    def set(self, attributes: Mapping[str, Any]) -> None:
        self.attributes.update(attributes)

    def fail(self, error: BaseException) -> None:
        self.failed = True


class _Spans:
    def __init__(self) -> None:
        self.all: list[_Span] = []

    @contextmanager
    def span(
        self, name: str, kind: str, attributes: Mapping[str, Any]
    ) -> Iterator[Any]:
        span = _Span(name, kind, attributes)
        self.all.append(span)
        try:
            yield span
        except BaseException:
            span.failed = True
            raise

    def inject(self, carrier: Any) -> None:
        pass

    def extracted(self, carrier: Any) -> Any:
        raise NotImplementedError

    def witnessed(self, carrier: Any) -> None:
        pass


@pytest.fixture
def spans() -> Iterator[_Spans]:
    """Return what is recorded."""
    recorded = _Spans()
    before = profiler._backend
    profiler.install(recorded)
    yield recorded
    profiler.install(before)


class FakeConductor:
    """Runs object methods as the conductor would, with everything as primitives."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.calls: list[str] = []
        self.serializer = base.NovaObjectSerializer()

    def object_class_action_versions(
        self,
        context: Any,
        objname: str,
        objmethod: str,
        versions: Any,
        args: Any,
        kw: Any,
    ) -> Any:
        """Run a class method as nova-conductor."""
        self.calls.append(f"{objname}.{objmethod}")
        with self.cloud.acting("nova-conductor"):
            cls = base.NovaObject.obj_class_from_name(objname, versions[objname])
            result = getattr(cls, objmethod)(context, *args, **kw)
            sent = self.serializer.serialize_entity(context, result)
        return self.serializer.deserialize_entity(context, sent)

    def object_action(
        self, context: Any, objinst: Any, objmethod: str, args: Any, kw: Any
    ) -> Any:
        """Run a method of a copy as nova-conductor."""
        self.calls.append(f"{objinst.obj_name()}.{objmethod}")
        with self.cloud.acting("nova-conductor"):
            there = base.NovaObject.obj_from_primitive(
                objinst.obj_to_primitive(), context=context
            )
            old = there.obj_clone()
            result = getattr(there, objmethod)(*args, **kw)
            updates = {
                name: field.to_primitive(there, name, getattr(there, name))
                for name, field in there.fields.items()
                if there.obj_attr_is_set(name)
                and (not old.obj_attr_is_set(name) or old[name] != there[name])
            }
            updates["obj_what_changed"] = there.obj_what_changed()
        return updates, result


@pytest.fixture
def conductor(cloud: Cloud) -> Iterator[FakeConductor]:
    """Send nova-compute's remotable methods to a fake conductor."""
    fake = FakeConductor(cloud)
    base.set_indirection("nova-compute", lambda: fake)
    yield fake
    base.clear_indirection("nova-compute")


def test_a_compute_reads_and_saves_through_the_conductor(
    cloud: Cloud, conductor: FakeConductor
):
    """In nova-compute every remotable method is a conductor call; changes come back."""
    context = cloud.context()
    instance = make_instance(context)
    instance.create()
    assert conductor.calls == []
    with cloud.acting("nova-compute"):
        there = objects.Instance.get_by_uuid(context, instance.uuid)
        there.task_state = None
        there.save(expected_task_state=["scheduling"])
        assert there.obj_what_changed() == set()
        assert there.updated_at is not None
    assert conductor.calls == ["Instance.get_by_uuid", "Instance.save"]
    instance.refresh()
    assert instance.task_state is None


def test_the_conductors_error_reaches_the_compute(
    cloud: Cloud, conductor: FakeConductor
):
    """An unexpected state is found in the conductor and raised in the compute."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.task_state = "spawning"
    with (
        cloud.acting("nova-compute"),
        pytest.raises(exception.UnexpectedTaskStateError),
    ):
        instance.save(expected_task_state="networking")


def test_the_indirections_client_is_made_once_per_service(cloud: Cloud):
    """One ConductorAPI a running service, made at its first remotable call."""
    made = []

    def factory() -> FakeConductor:
        made.append(1)
        return FakeConductor(cloud)

    base.set_indirection("nova-compute", factory)
    try:
        with cloud.acting("nova-compute"):
            assert base.NovaObject.indirection_api is base.NovaObject.indirection_api
        assert base.NovaObject.indirection_api is None
        assert made == [1]
    finally:
        base.clear_indirection("nova-compute")


def test_an_object_of_no_request_cannot_act():
    """OrphanedObjectError tells the method and the class."""
    with pytest.raises(
        exception.OrphanedObjectError, match=r"save on orphaned Instance"
    ):
        objects.Instance(uuid="a").save()


def test_one_operation_is_one_span(cloud: Cloud, spans: _Spans):
    """Nested remotable methods, as refresh's reads, are not recorded again."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.refresh()
    assert [(s.name, s.kind) for s in spans.all] == [
        ("Instance.create", "client"),
        ("Instance.refresh", "client"),
    ]
    told = spans.all[0].attributes
    assert told["db.system.name"] == "sqlite"
    assert told["db.operation.name"] == "INSERT"
    assert told["db.collection.name"] == "instances"
    assert told["db.namespace"] == "cell-db"


def test_a_save_tells_the_states_before_and_after(cloud: Cloud, spans: _Spans):
    """nova.instance.* carry the new states, .old those of the row before."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.vm_state, instance.task_state, instance.power_state = "active", None, 1
    instance.save()
    told = spans.all[-1].attributes
    assert told["nova.instance.uuid"] == instance.uuid
    assert told["nova.instance.vm_state"] == "active"
    assert told["nova.instance.vm_state.old"] == "building"
    assert told["nova.instance.task_state"] == ""
    assert told["nova.instance.task_state.old"] == "scheduling"
    assert (
        told["nova.instance.power_state"],
        told["nova.instance.power_state.old"],
    ) == (1, 0)


def test_a_failed_operation_is_marked(cloud: Cloud, spans: _Spans):
    """The span of a refused save is failed."""
    instance = make_instance(cloud.context())
    instance.create()
    instance.task_state = None
    with pytest.raises(exception.UnexpectedTaskStateError):
        instance.save(expected_task_state="networking")
    assert spans.all[-1].failed


def test_api_objects_say_so(cloud: Cloud, spans: _Spans):
    """Flavors, mappings and requests live in the API database."""
    objects.FlavorList.get_all(cloud.context())
    with pytest.raises(exception.HostMappingNotFound):
        objects.HostMapping.get_by_host(cloud.context(), "compute1")
    assert {s.attributes["db.namespace"] for s in spans.all} == {"api-db"}


def test_an_indirection_is_the_cloud_s_own() -> None:
    """Two labs in one process, or a lab and a test: each compute asks its conductor."""
    here = identity.ServiceIdentity("nova-compute", "compute1", "this-lab")
    there = identity.ServiceIdentity("nova-compute", "compute1", "that-lab")
    base.set_indirection("nova-compute", object, cloud="this-lab")  # type: ignore[arg-type]  # any object will do
    try:
        with identity.acting_as(here):
            assert objects.Service.indirection_api is not None
        with identity.acting_as(there):
            assert objects.Service.indirection_api is None
    finally:
        base.clear_indirection("nova-compute", cloud="this-lab")
