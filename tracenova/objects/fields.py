"""The types that fields of objects may have.

Each takes what it is given to its type (:meth:`coerce`), and to and from what a message
can hold.

Nova: nova/objects/fields.py
Left out: notification and power-state enumerations that no object here uses.
"""

import datetime
import re
from typing import Any

from oslo_utils import timeutils
from oslo_versionedobjects import fields

from tracenova.objects import enums, version_predicate
from tracenova.objects.enums import (
    Architecture,
    BlockDeviceDestinationType,
    BlockDeviceSourceType,
    BlockDeviceType,
    ConfigDrivePolicy,
    CPUAllocationPolicy,
    CPUFeaturePolicy,
    CPUMatch,
    CPUMode,
    CPUThreadAllocationPolicy,
    DiskBus,
    FirmwareType,
    HVType,
    MonitorMetricType,
    NotificationAction,
    NotificationPhase,
    NotificationPriority,
    OSType,
    PciDeviceStatus,
    PciDeviceType,
    ResourceClass,
    SecureBoot,
    VIFModel,
    VMMode,
)

__all__ = [
    "Architecture",
    "BlockDeviceDestinationType",
    "BlockDeviceSourceType",
    "BlockDeviceType",
    "CPUAllocationPolicy",
    "CPUFeaturePolicy",
    "CPUMatch",
    "CPUMode",
    "CPUThreadAllocationPolicy",
    "ConfigDrivePolicy",
    "DiskBus",
    "FirmwareType",
    "HVType",
    "MonitorMetricType",
    "NotificationAction",
    "NotificationPhase",
    "NotificationPriority",
    "OSType",
    "PciDeviceStatus",
    "PciDeviceType",
    "ResourceClass",
    "SecureBoot",
    "VIFModel",
    "VMMode",
]

KeyTypeError = fields.KeyTypeError
ElementTypeError = fields.ElementTypeError
UnspecifiedDefault = fields.UnspecifiedDefault
Field = fields.Field
FieldType = fields.FieldType
AutoTypedField = fields.AutoTypedField
BaseEnumField = fields.BaseEnumField
BooleanField = fields.BooleanField
DictOfIntegersField = fields.DictOfIntegersField
DictOfListOfStringsField = fields.DictOfListOfStringsField
DictOfNullableStringsField = fields.DictOfNullableStringsField
DictOfStringsField = fields.DictOfStringsField
DictProxyField = fields.DictProxyField
EnumField = fields.EnumField
FlexibleBooleanField = fields.FlexibleBooleanField
FloatField = fields.FloatField
IPAddressField = fields.IPAddressField
IPNetworkField = fields.IPNetworkField
IPV4AddressField = fields.IPV4AddressField
IPV6AddressField = fields.IPV6AddressField
IntegerField = fields.IntegerField
ListOfDictOfNullableStringsField = fields.ListOfDictOfNullableStringsField
ListOfObjectsField = fields.ListOfObjectsField
ListOfSetsOfIntegersField = fields.ListOfSetsOfIntegersField
ListOfStringsField = fields.ListOfStringsField
MACAddressField = fields.MACAddressField
ObjectField = fields.ObjectField
SensitiveStringField = fields.SensitiveStringField
SetOfIntegersField = fields.SetOfIntegersField
StringField = fields.StringField


class VersionPredicate(fields.VersionPredicate):
    """Conditions on a version, as strict as Newton's: no version of four numbers.

    Nova: oslo.versionedobjects 1.17, which took them from distutils
    """

    def coerce(self, obj: Any, attr: str, value: Any) -> str:
        """Take the conditions as text.

        Raises:
            ValueError: they cannot be read.
        """
        try:
            version_predicate.VersionPredicate(str(value))
        except ValueError as error:
            msg = f"Version {value} is not a valid predicate in field {attr}"
            raise ValueError(msg) from error
        return str(value)


class VersionPredicateField(fields.AutoTypedField):
    """A field of that type."""

    AUTO_TYPE = VersionPredicate()


class UUID(fields.UUID):
    """A uuid; other text is taken too, as in Nova, but without a warning."""

    @staticmethod
    def coerce(obj: Any, attr: str, value: Any) -> str:
        """Take the value as text."""
        del obj, attr
        return str(value)


class UUIDField(fields.AutoTypedField):
    """A uuid as text."""

    AUTO_TYPE = UUID()


class DateTime(fields.DateTime):
    """A moment; in messages without fractions of a second, as ISO 8601 writes it.

    The library's own goes by way of strftime and a regular expression.
    """

    def coerce(self, obj: Any, attr: str, value: Any) -> datetime.datetime:
        """Take a moment, or text that tells one."""
        if type(value) is datetime.datetime and self.tzinfo_aware:
            zone = value.tzinfo
            if zone is None:
                return value.replace(tzinfo=datetime.UTC)
            if zone is datetime.UTC:
                return value
        taken: datetime.datetime = super().coerce(obj, attr, value)
        return taken

    def from_primitive(self, obj: Any, attr: str, value: Any) -> datetime.datetime:
        """Read it from text."""
        try:
            moment = datetime.datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = timeutils.parse_isotime(value)
        read: datetime.datetime = self.coerce(obj, attr, moment)
        return read

    def to_primitive(self, obj: Any, attr: str, value: datetime.datetime) -> object:
        """Write it as text."""
        if value.tzinfo is None or value.tzinfo is datetime.UTC:
            return f"{value.isoformat(timespec='seconds')[:19]}Z"
        return super().to_primitive(obj, attr, value)


class DateTimeField(fields.AutoTypedField):
    """A moment, in UTC unless the field is told to know no zones."""

    def __init__(self, tzinfo_aware: bool = True, **kwargs: Any) -> None:
        self.AUTO_TYPE = DateTime(tzinfo_aware=tzinfo_aware)
        super().__init__(**kwargs)


class NetworkModel(fields.FieldType):
    """The list of a server's network interfaces, as neutron described them.

    Nova: nova/objects/fields.py NetworkModel
    """

    @staticmethod
    def coerce(obj: Any, attr: str, value: Any) -> Any:
        """Take a NetworkInfo, or its JSON text.

        Raises:
            ValueError: it is neither.
        """
        from tracenova.network import model

        if isinstance(value, model.NetworkInfo):
            return value
        if isinstance(value, str):
            return model.NetworkInfo.hydrate(value)
        raise ValueError(f"A NetworkModel is required in field {attr}")

    @staticmethod
    def to_primitive(obj: Any, attr: str, value: Any) -> Any:
        """Write it as JSON text."""
        return value.json()

    @staticmethod
    def from_primitive(obj: Any, attr: str, value: Any) -> Any:
        """Read it from JSON text."""
        from tracenova.network import model

        return model.NetworkInfo.hydrate(value)

    def stringify(self, value: Any) -> str:
        """Name the ports for people."""
        return f"NetworkModel({','.join(str(vif['id']) for vif in value)})"


class NonNegativeFloat(fields.FieldType):
    """A number of 0 or more."""

    @staticmethod
    def coerce(obj: Any, attr: str, value: Any) -> float:
        """Take a number.

        Raises:
            ValueError: it is below 0.
        """
        number = float(value)
        if number < 0:
            raise ValueError(f"Value must be >= 0 for field {attr}")
        return number


class NonNegativeInteger(fields.FieldType):
    """A whole number of 0 or more."""

    @staticmethod
    def coerce(obj: Any, attr: str, value: Any) -> int:
        """Take a whole number.

        Raises:
            ValueError: it is below 0.
        """
        number = int(value)
        if number < 0:
            raise ValueError(f"Value must be >= 0 for field {attr}")
        return number


class PCIAddress(fields.FieldType):
    """A PCI address such as ``0000:04:00.1``."""

    PATTERN = re.compile("[a-f0-9]{4}:[a-f0-9]{2}:[a-f0-9]{2}.[a-f0-9]")

    @staticmethod
    def coerce(obj: Any, attr: str, value: Any) -> str:
        """Take an address.

        Raises:
            ValueError: it does not look like one.
        """
        if not PCIAddress.PATTERN.match(str(value)):
            raise ValueError(f"Value must match {PCIAddress.PATTERN.pattern}")
        return str(value)


class PCIAddressField(fields.AutoTypedField):
    """A PCI address."""

    AUTO_TYPE = PCIAddress()


class NonNegativeFloatField(fields.AutoTypedField):
    """A number of 0 or more."""

    AUTO_TYPE = NonNegativeFloat()


class NonNegativeIntegerField(fields.AutoTypedField):
    """A whole number of 0 or more."""

    AUTO_TYPE = NonNegativeInteger()


class ListOfIntegersField(fields.AutoTypedField):
    """A list of whole numbers."""

    AUTO_TYPE = fields.List(fields.Integer())


def _enum_field(kind: type[enums.BaseNovaEnum]) -> Any:
    members = {"AUTO_TYPE": kind(), "__doc__": kind.__doc__, "__module__": __name__}
    return type(f"{kind.__name__}Field", (BaseEnumField,), members)


ArchitectureField = _enum_field(enums.Architecture)
BlockDeviceDestinationTypeField = _enum_field(enums.BlockDeviceDestinationType)
BlockDeviceSourceTypeField = _enum_field(enums.BlockDeviceSourceType)
BlockDeviceTypeField = _enum_field(enums.BlockDeviceType)
ConfigDrivePolicyField = _enum_field(enums.ConfigDrivePolicy)
CPUAllocationPolicyField = _enum_field(enums.CPUAllocationPolicy)
CPUThreadAllocationPolicyField = _enum_field(enums.CPUThreadAllocationPolicy)
CPUModeField = _enum_field(enums.CPUMode)
CPUMatchField = _enum_field(enums.CPUMatch)
CPUFeaturePolicyField = _enum_field(enums.CPUFeaturePolicy)
DiskBusField = _enum_field(enums.DiskBus)
FirmwareTypeField = _enum_field(enums.FirmwareType)
HVTypeField = _enum_field(enums.HVType)
ImageSignatureHashTypeField = _enum_field(enums.ImageSignatureHashType)
ImageSignatureKeyTypeField = _enum_field(enums.ImageSignatureKeyType)
MonitorMetricTypeField = _enum_field(enums.MonitorMetricType)
OSTypeField = _enum_field(enums.OSType)
PciDeviceStatusField = _enum_field(enums.PciDeviceStatus)
PciDeviceTypeField = _enum_field(enums.PciDeviceType)
PointerModelField = _enum_field(enums.PointerModelType)
RNGModelField = _enum_field(enums.RNGModel)
ResourceClassField = _enum_field(enums.ResourceClass)
SCSIModelField = _enum_field(enums.SCSIModel)
SecureBootField = _enum_field(enums.SecureBoot)
VideoModelField = _enum_field(enums.VideoModel)
VIFModelField = _enum_field(enums.VIFModel)
VMModeField = _enum_field(enums.VMMode)
WatchdogActionField = _enum_field(enums.WatchdogAction)
NotificationActionField = _enum_field(enums.NotificationAction)
NotificationPhaseField = _enum_field(enums.NotificationPhase)
NotificationPriorityField = _enum_field(enums.NotificationPriority)
