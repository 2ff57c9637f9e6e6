using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Utility;

namespace Nems.Journey.Tests.Http;

/// <summary>One issue of an OperationOutcome, in the words of the wire.</summary>
internal sealed record Issue(string? Severity, string? Type, string? System, string? Code, string? Diagnostics);

/// <summary>What came back over the wire.</summary>
internal sealed record Answer(int Status, string Head, byte[] Body)
{
    private static readonly FhirXmlDeserializer Xml = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict));
    private static readonly FhirJsonDeserializer Json = new(new DeserializerSettings().UsingMode(DeserializationMode.Strict));

    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    /// <summary>The body as an OperationOutcome; throws where it is none in the strict sense of FHIR.</summary>
    public OperationOutcome Outcome()
    {
        var type = Header("Content-Type") ?? throw new InvalidOperationException($"A {Status} without Content-Type.");
        var resource = type.Contains("json", StringComparison.Ordinal) ? Json.DeserializeResource(Text) : Xml.DeserializeResource(Text);
        return (OperationOutcome)resource;
    }

    /// <summary>The issues, in their order; each must have exactly one coding.</summary>
    public IReadOnlyList<Issue> Issues() =>
    [
        .. from issue in Outcome().Issue
           let coding = issue.Details?.Coding?.Single()
           select new Issue(issue.Severity?.GetLiteral(), issue.Code?.GetLiteral(), coding?.System, coding?.Code, issue.Diagnostics),
    ];

    /// <summary>The Spine codes of the issues, in their order.</summary>
    public string?[] Codes() => [.. Issues().Select(issue => issue.Code)];

    public override string ToString() => $"{Status}: {Text}";
}
