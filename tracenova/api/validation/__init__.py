"""Checks the body of a request against a JSON schema before the method runs.

Nova: nova/api/validation/__init__.py
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from tracenova.api.openstack.api_version_request import APIVersionRequest
from tracenova.api.validation.validators import SchemaValidator

F = TypeVar("F", bound=Callable[..., Any])


def schema(
    request_body_schema: dict[str, Any],
    min_version: str | None = None,
    max_version: str | None = None,
) -> Callable[[F], F]:
    """Check the body of requests of these versions; others pass unchecked.

    Requests by /v2 are checked against schemas without a lower end or from 2.0,
    and lose what the schema does not know instead of being refused.

    Raises:
        exception.ValidationError: (when called) the body breaks the schema.

    Nova: nova/api/validation/__init__.py schema
    """
    lowest, highest = APIVersionRequest(min_version), APIVersionRequest(max_version)
    strict = SchemaValidator(request_body_schema)
    relaxed = SchemaValidator(request_body_schema, relax_additional_properties=True)

    def add_validator(func: F) -> F:
        @functools.wraps(func)
        def wrapper(self: Any, req: Any, *args: Any, **kwargs: Any) -> Any:
            if req.is_legacy_v2():
                if min_version in {None, "2.0"}:
                    relaxed.validate(kwargs["body"])
            elif req.api_version_request.matches(lowest, highest):
                strict.validate(kwargs["body"])
            return func(self, req, *args, **kwargs)

        return cast("F", wrapper)

    return add_validator
