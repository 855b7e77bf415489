"""JSON Schema draft 4 with Nova's formats, numbers in quotes, and error texts.

Nova: nova/api/validation/validators.py
"""

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema.validators

from tracenova import exception
from tracenova.api.validation.formats import FORMAT_CHECKER

_DRAFT4 = jsonschema.Draft4Validator.VALIDATORS
Errors = Iterator[jsonschema.ValidationError]


def _number_from_str(instance: Any) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(instance)
        except (ValueError, TypeError):
            continue
    return None


def _numeric(keyword: str) -> Any:
    """Let ``minimum`` and ``maximum`` hold for "10" as for 10."""

    def check(validator: Any, limit: Any, instance: Any, schema: Any) -> Errors:
        number = _number_from_str(instance)
        if number is not None:
            yield from _DRAFT4[keyword](validator, limit, number, schema)

    return check


def _min_length(validator: Any, limit: int, instance: Any, schema: Any) -> Errors:
    if validator.is_type(instance, "string") and len(instance) < limit:
        yield jsonschema.ValidationError(f"{instance!r} is too short")


def _min_items(validator: Any, limit: int, instance: Any, schema: Any) -> Errors:
    if validator.is_type(instance, "array") and len(instance) < limit:
        yield jsonschema.ValidationError(f"{instance!r} is too short")


def _drop_additional(
    validator: Any, allowed: Any, instance: Any, schema: dict[str, Any]
) -> Errors:
    """Remove unknown properties; refuse those that break ``patternProperties``."""
    if not validator.is_type(instance, "object") or allowed:
        return
    patterns = "|".join(schema.get("patternProperties", {}))
    unknown = [
        key
        for key in instance
        if key not in schema.get("properties", {})
        and not (patterns and re.search(patterns, key))
    ]
    if unknown and patterns:
        verb = "was" if len(unknown) == 1 else "were"
        named = ", ".join(repr(key) for key in unknown)
        yield jsonschema.ValidationError(
            f"Additional properties are not allowed ({named} {verb} unexpected)"
        )
        return
    for key in unknown:
        del instance[key]


class SchemaValidator:
    """Checks bodies against one schema.

    Args:
        schema: a JSON schema, draft 4.
        relax_additional_properties: drop unknown properties instead of refusing.

    Nova: nova/api/validation/validators.py _SchemaValidator
    """

    def __init__(
        self, schema: dict[str, Any], *, relax_additional_properties: bool = False
    ) -> None:
        own: dict[str, Any] = {
            "minimum": _numeric("minimum"),
            "maximum": _numeric("maximum"),
            "minLength": _min_length,
            "minItems": _min_items,
        }
        if relax_additional_properties:
            own["additionalProperties"] = _drop_additional
        validator = jsonschema.validators.extend(jsonschema.Draft4Validator, own)
        self._validator = validator(schema, format_checker=FORMAT_CHECKER)

    def validate(self, body: Any) -> None:
        """Check one body.

        Raises:
            exception.ValidationError: says what is wrong, and where.
        """
        try:
            self._validator.validate(body)
        except jsonschema.ValidationError as error:
            raise exception.ValidationError(detail=_detail(error)) from error
        except TypeError as error:
            raise exception.ValidationError(detail=str(error)) from error


def _detail(error: jsonschema.ValidationError) -> str:
    if isinstance(error.cause, exception.InvalidName):
        return error.cause.format_message()
    if not error.path:
        return str(error.message)
    return (
        f"Invalid input for field/attribute {error.path[-1]}. "
        f"Value: {error.instance}. {error.message}"
    )
