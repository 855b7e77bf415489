"""Span attribute names: what OpenStack emits, what OpenTelemetry says, and ours.

The one place where an attribute is spelled. Producers (the services' seams) and the
read model import it; it imports nothing.
"""

from typing import Final

# --- resource -----------------------------------------------------------------
SERVICE_NAME: Final = "service.name"
SERVICE_INSTANCE_ID: Final = "service.instance.id"
SERVICE_VERSION: Final = "service.version"
HOST_NAME: Final = "host.name"

# --- every span ---------------------------------------------------------------
LAMPORT: Final = "nova.lamport"
ORDER: Final = "nova.order"  # program order among siblings: "3.1", spawned: "3.0.0.1"
CODE_FUNCTION: Final = "code.function.name"  # the service function that acted
CODE_FILE: Final = "code.file.path"  # of this project
CODE_LINE: Final = "code.line.number"
CODE_VIA: Final = "nova.code.via"  # a function further up, where it tells steps apart
NOVA_SOURCE: Final = "nova.source"  # "nova/compute/manager.py:1704"
REQUEST_ID: Final = "openstack.request_id"
INSTANCE_UUID: Final = "nova.instance.uuid"
PEER_SERVICE: Final = "peer.service"  # who is spoken to: glance, libvirt driver …
ERROR_TYPE: Final = "error.type"

# --- messages -----------------------------------------------------------------
MESSAGING_SYSTEM: Final = "messaging.system"
MESSAGING_OPERATION: Final = "messaging.operation"  # deprecated, OpenStack emits it
MESSAGING_OPERATION_NAME: Final = "messaging.operation.name"  # call cast fanout receive
MESSAGING_DESTINATION: Final = "messaging.destination.name"  # topic
MESSAGING_MESSAGE_ID: Final = "messaging.message.id"
MESSAGING_BODY_SIZE: Final = "messaging.message.body.size"
RPC_SYSTEM: Final = "rpc.system.name"
RPC_METHOD: Final = "rpc.method"
RPC_NAMESPACE: Final = "rpc.service"
RPC_VERSION: Final = "nova.rpc.version"
RPC_VERSION_CAP: Final = "nova.rpc.version_cap"
RPC_ENDPOINT_VERSION: Final = "nova.rpc.endpoint_version"
RPC_SERVER: Final = "nova.rpc.server"
RPC_ARGS: Final = "nova.rpc.args"
RPC_RESULT: Final = "nova.rpc.result"
RPC_QUEUED_NS: Final = "nova.rpc.queued_ns"
RPC_ACKED: Final = "nova.rpc.acked"
NOTIFICATION_EVENT_TYPE: Final = "nova.notification.event_type"
NOTIFICATION_PRIORITY: Final = "nova.notification.priority"
NOTIFICATION_PUBLISHER: Final = "nova.notification.publisher_id"
NOTIFICATION_PAYLOAD: Final = "nova.notification.payload"

# --- HTTP ---------------------------------------------------------------------
HTTP_METHOD: Final = "http.request.method"
HTTP_STATUS: Final = "http.response.status_code"
HTTP_ROUTE: Final = "http.route"  # server: "/v2.1/{project_id}/servers"
URL_TEMPLATE: Final = "url.template"  # client: "/v2.0/networks?id={net_id}"
URL_PATH: Final = "url.path"
URL_QUERY: Final = "url.query"
MICROVERSION: Final = "openstack.api.microversion"

# --- databases ----------------------------------------------------------------
DB_SYSTEM: Final = "db.system.name"
DB_OPERATION: Final = "db.operation.name"
DB_COLLECTION: Final = "db.collection.name"
DB_NAMESPACE: Final = "db.namespace"  # "api-db" or "cell-db"
VM_STATE: Final = "nova.instance.vm_state"
TASK_STATE: Final = "nova.instance.task_state"
POWER_STATE: Final = "nova.instance.power_state"
OLD: Final = ".old"  # suffix: the value before the save

# --- scheduler ----------------------------------------------------------------
FILTER_NAME: Final = "nova.scheduler.filter.name"
FILTER_INDEX: Final = "nova.scheduler.filter.index"  # place in the chain, from 0
FILTER_HOSTS_IN: Final = "nova.scheduler.filter.hosts_in"
FILTER_HOSTS_OUT: Final = "nova.scheduler.filter.hosts_out"
FILTER_HOSTS: Final = "nova.scheduler.filter.hosts"  # column: "host/node"
FILTER_PASSED: Final = "nova.scheduler.filter.passed"  # column: bool
FILTER_REASONS: Final = "nova.scheduler.filter.reasons"  # column: text, "" when passed
FILTER_NUMBERS: Final = "nova.scheduler.filter.numbers"  # column: JSON, what decided
FILTER_SHADOW: Final = "nova.scheduler.filter.shadow"  # column: bool, never decided
WEIGHER_NAME: Final = "nova.scheduler.weigher.name"
WEIGHER_MULTIPLIER: Final = "nova.scheduler.weigher.multiplier"
WEIGHER_MINVAL: Final = "nova.scheduler.weigher.minval"
WEIGHER_MAXVAL: Final = "nova.scheduler.weigher.maxval"
WEIGHER_MINVAL_BY: Final = "nova.scheduler.weigher.minval_by"  # uuid: who set it
WEIGHER_MAXVAL_BY: Final = "nova.scheduler.weigher.maxval_by"
WEIGHER_HOSTS: Final = "nova.scheduler.weigher.hosts"  # columns, one entry a host
WEIGHER_RAW: Final = "nova.scheduler.weigher.raw"
WEIGHER_NORMALIZED: Final = "nova.scheduler.weigher.normalized"
WEIGHER_WEIGHTED: Final = "nova.scheduler.weigher.weighted"
HOSTS_TOTAL: Final = "nova.scheduler.hosts_total"
WEIGHED_HOSTS: Final = "nova.scheduler.weighed.hosts"  # columns, best first
WEIGHED_WEIGHTS: Final = "nova.scheduler.weighed.weights"
WEIGHED_INSTANCE: Final = "nova.scheduler.weighed.instance"  # column: which instance
SINGLE_SURVIVOR: Final = (
    "nova.scheduler.single_survivor"  # column per instance: no weigher ran
)
FILTERS_SKIPPED: Final = "nova.scheduler.filters_skipped"  # forced host: none ran
INSTANCE_INDEX: Final = "nova.scheduler.instance_index"  # of filter and weigher runs
SUBSET_SIZE: Final = "nova.scheduler.subset_size"
CASE: Final = "nova.scheduler.case"  # JSON: what the scheduler knew and was asked
SELECTED: Final = "nova.scheduler.selected"  # column: "host/node" per instance

# --- compute ------------------------------------------------------------------
CLAIM_RESOURCES: Final = "nova.claim.resources"  # columns, one entry a test
CLAIM_TOTAL: Final = "nova.claim.total"
CLAIM_USED: Final = "nova.claim.used"
CLAIM_REQUESTED: Final = "nova.claim.requested"
CLAIM_LIMIT: Final = "nova.claim.limit"  # -1.0: unlimited
CLAIM_PASSED: Final = "nova.claim.passed"
CLAIM_REASONS: Final = "nova.claim.reasons"
DRIVER_ARGS: Final = "nova.driver.args"
DOMAIN_XML: Final = "nova.driver.domain_xml"
