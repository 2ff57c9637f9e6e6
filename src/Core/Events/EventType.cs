using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Nems.Core.Events;

/// <summary>What a message says of the record it is about: the code of the messageEventType extension.</summary>
public enum MessageEventType
{
    New,
    Update,
    Delete,
}

/// <summary>One of the ten supported event types, with the fixed facts of the published tables.</summary>
public sealed class EventType
{
    /// <summary>The code system of event codes.</summary>
    public const string System = "https://fhir.nhs.uk/STU3/CodeSystem/EventType-1";

    public static readonly EventType BloodSpot = new(0, "blood-spot-test-outcome-1", "Blood Spot Test Outcome",
        "Bloodspottestoutcome", "BLOODSPOTTESTOUTCOME_1", "Encounter", isPds: false, [MessageEventType.New, MessageEventType.Delete]);

    public static readonly EventType NewbornHearing = new(1, "newborn-hearing-1", "Newborn Hearing",
        "Newbornhearing", "NEWBORNHEARING_1", "Encounter", isPds: false, [MessageEventType.New, MessageEventType.Delete]);

    public static readonly EventType Nipe = new(2, "nipe-outcome-1", "NIPE outcome",
        "Nipeoutcome", "NIPEOUTCOME_1", "Encounter", isPds: false, [MessageEventType.New, MessageEventType.Delete]);

    public static readonly EventType Birth = new(3, "pds-birth-notification-1", "PDS Birth Notification",
        "Pdsbirthnotification", "BIRTHNOTIFICATION_1", "Communication", isPds: true, [MessageEventType.New]);

    public static readonly EventType Death = new(4, "pds-death-notification-1", "PDS Death Notification",
        "Pdsdeathnotification", "DEATHNOTIFICATION_1", "Communication", isPds: true, [MessageEventType.New]);

    public static readonly EventType ChangeOfAddress = new(5, "pds-change-of-address-1", "PDS Change of Address",
        "Pdschangeofaddress", "CHANGEOFADDRESS_1", "Communication", isPds: true, [MessageEventType.New]);

    public static readonly EventType ChangeOfGp = new(6, "pds-change-of-gp-1", "PDS Change of GP",
        "Pdschangeofgp", "CHANGEOFGP_1", "Communication", isPds: true, [MessageEventType.New]);

    public static readonly EventType RecordChange = new(7, "pds-record-change-1", "PDS Record Change",
        "Pdsrecordchange", "PDSRECORDCHANGE_1", "Patient", isPds: true, [MessageEventType.New]);

    public static readonly EventType ProfessionalContacts = new(8, "professional-contacts-1", "Professional Contacts",
        "Professionalcontacts", "PROFESSIONALCONTACTS_1", "EpisodeOfCare", isPds: false,
        [MessageEventType.New, MessageEventType.Update, MessageEventType.Delete]);

    public static readonly EventType Vaccinations = new(9, "vaccinations-1", "Vaccinations",
        "Vaccinations", "VACCINATIONS_1", "Immunization", isPds: false,
        [MessageEventType.New, MessageEventType.Update, MessageEventType.Delete]);

    private static readonly EventType[] Types =
        [BloodSpot, NewbornHearing, Nipe, Birth, Death, ChangeOfAddress, ChangeOfGp, RecordChange, ProfessionalContacts, Vaccinations];

    private static readonly FrozenDictionary<string, EventType> ByCode = Types.ToFrozenDictionary(type => type.Code, StringComparer.Ordinal);

    private readonly MessageEventType[] messageEventTypes;

    private EventType(
        int index, string code, string display, string interaction, string workflowId, string focus, bool isPds, MessageEventType[] allowed)
    {
        Index = index;
        Code = code;
        Display = display;
        InteractionId = $"urn:nhs:names:services:events:{interaction}.Write";
        WorkflowId = workflowId;
        FocusResource = focus;
        IsPds = isPds;
        messageEventTypes = allowed;
    }

    public static IReadOnlyList<EventType> All => Types;

    /// <summary>A small fixed number for storage and bit sets. Never reused, never renumbered.</summary>
    public int Index { get; }

    public string Code { get; }

    public string Display { get; }

    /// <summary>The InteractionID with which this type is published.</summary>
    public string InteractionId { get; }

    /// <summary>The MESH workflow id.</summary>
    public string WorkflowId { get; }

    /// <summary>The type of resource that <c>MessageHeader.focus</c> must refer to.</summary>
    public string FocusResource { get; }

    /// <summary>Published by the Personal Demographics Service alone.</summary>
    public bool IsPds { get; }

    public bool IsScreening => Index <= 2;

    public IReadOnlyList<MessageEventType> MessageEventTypes => messageEventTypes;

    public static EventType FromIndex(int index) => Types[index];

    public static bool TryParse(string? code, [NotNullWhen(true)] out EventType? type)
    {
        type = code is null ? null : ByCode.GetValueOrDefault(code);
        return type is not null;
    }

    public override string ToString() => Code;
}
