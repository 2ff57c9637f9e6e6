using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Core.Publish.Rules;

/// <summary>Blood spot test outcome, newborn hearing and NIPE outcome. A delete needs its header and Encounter alone.</summary>
internal static class ScreeningRules
{
    public static void Check(CheckedMessage message)
    {
        CheckIdentifier(message);
        foreach (var role in message.All("PractitionerRole")) CheckRole(message, role);
        if (message.IsScreeningDelete || message.MessageEventType is null) return;

        CheckEncounter(message);
        SharedResourceRules.RequireResource(message, "Organization");
        message.Findings.WarnUnless(message.CountOf("Encounter") <= 1 && message.CountOf("Location") <= 1, Warnings.ResourceCount);
        if (message.Type == EventType.BloodSpot) CheckBloodSpot(message);
        else if (message.Type == EventType.NewbornHearing) CheckHearing(message);
        else CheckNipe(message);
    }

    /// <summary>The identifier that names the record of the focus, here and in the other supplier events.</summary>
    public static void CheckIdentifier(CheckedMessage message)
    {
        if (message.Focus.Exists && !message.Focus.HasIdentifierValue())
            message.Findings.Refuse(SpineCode.InvalidResource, message.Focus, "identifier",
                $"{message.Focus.Name}.identifier, which names the record, is required with a value.");
    }

    private static void CheckEncounter(CheckedMessage message)
    {
        var encounter = message.Focus;
        if (!encounter.Exists) return;
        var findings = message.Findings;
        if (findings.RequireCode(encounter, "type"))
            findings.WarnUnless(encounter.HasCodeOf("type", Systems.ChildHealthEncounterType), Warnings.EncounterTypeSystem);
        findings.RequireReference(encounter, "subject");
        findings.RequireReference(encounter, "serviceProvider");
        if (message.Type != EventType.BloodSpot && !encounter.Child("period").Child("start").HasValue)
            findings.Refuse(SpineCode.InvalidResource, encounter, "period.start", "Encounter.period.start is required for this event.");
    }

    private static void CheckBloodSpot(CheckedMessage message)
    {
        CheckProcedures(message, ScreeningTests.BloodSpot, least: 0, most: 11);
        SharedResourceRules.RequireCount(message, "DiagnosticReport", 1, 1);
        foreach (var report in message.All("DiagnosticReport"))
        {
            message.Findings.Require(report, "issued");
            message.Findings.RequireReference(report, "subject");
        }

        SharedResourceRules.CheckComment(message, "007");
    }

    private static void CheckHearing(CheckedMessage message)
    {
        var findings = message.Findings;
        CheckProcedures(message, ScreeningTests.Hearing, least: 0, most: 6);
        var brainstemTests = 0;
        foreach (var procedure in message.All("Procedure"))
        {
            findings.Require(procedure, "performedDateTime");
            if (procedure.HasCode("code", ScreeningTests.Brainstem)) brainstemTests++;
        }

        findings.WarnUnless(brainstemTests <= 2 && message.CountOf("Procedure") - brainstemTests <= 4, Warnings.ResourceCount);
        SharedResourceRules.RequireCount(message, "Observation", 1, 1);
        foreach (var summary in message.All("Observation"))
        {
            findings.Require(summary, "valueCodeableConcept");
            findings.Require(summary, "effectiveDateTime");
            findings.WarnUnless(summary.Refers("subject"), Warnings.ObservationSubject);
        }

        findings.WarnUnless(message.CountOf("Practitioner") <= 1 && message.CountOf("PractitionerRole") <= 1, Warnings.ResourceCount);
        SharedResourceRules.CheckComment(message, "008");
    }

    private static void CheckNipe(CheckedMessage message)
    {
        var findings = message.Findings;
        CheckProcedures(message, ScreeningTests.Nipe, least: 3, most: 4);
        SharedResourceRules.RequireCount(message, "Practitioner", 1, 1);
        findings.WarnUnless(message.CountOf("PractitionerRole") <= 1 && message.CountOf("Observation") <= 1, Warnings.ResourceCount);
        foreach (var eligibility in message.All("Observation"))
        {
            findings.WarnUnless(eligibility.Refers("subject"), Warnings.ObservationSubject);
            var isKnown = eligibility.HasCode("code", "bcg-eligibility")
                && (eligibility.HasCode("valueCodeableConcept", "eligible-for-bcg") || eligibility.HasCode("valueCodeableConcept", "not-eligible-for-bcg"));
            findings.WarnUnless(isKnown, Warnings.BcgCode);
        }

        SharedResourceRules.CheckComment(message, "009", "010");
    }

    private static void CheckProcedures(CheckedMessage message, ScreeningTest[] tests, int least, int most)
    {
        var findings = message.Findings;
        SharedResourceRules.RequireCount(message, "Procedure", least, most);
        foreach (var procedure in message.All("Procedure"))
        {
            findings.RequireReference(procedure, "subject");
            if (findings.RequireCode(procedure, "code")) CheckTest(findings, procedure, tests);
            if (findings.RequireCode(procedure, "outcome"))
                findings.WarnUnless(procedure.HasCodeOf("outcome", Systems.Snomed), Warnings.OutcomeSystem);
        }
    }

    private static void CheckTest(Findings findings, FhirElement procedure, ScreeningTest[] tests)
    {
        foreach (var coding in procedure.Child("code").Children("coding"))
        {
            foreach (var test in tests)
            {
                if (!coding.Child("code").HasValueOf(test.Code)) continue;
                findings.WarnUnless(coding.Child("system").HasValueOf(Systems.Snomed), Warnings.ProcedureCode);
                findings.WarnUnless(coding.Child("display").Value.Equals(test.Display, StringComparison.OrdinalIgnoreCase), Warnings.ProcedureDisplay);
                CheckOutcome(findings, procedure, test);
                return;
            }
        }

        findings.Warn(Warnings.ProcedureCode);
    }

    private static void CheckOutcome(Findings findings, FhirElement procedure, ScreeningTest test)
    {
        if (test.Outcomes.Length == 0 || !procedure.HasAnyCode("outcome")) return;
        var isKnown = false;
        foreach (var outcome in test.Outcomes) isKnown |= procedure.HasCode("outcome", outcome);
        findings.WarnUnless(isKnown, Warnings.OutcomeCode);
    }

    private static void CheckRole(CheckedMessage message, FhirElement role)
    {
        var findings = message.Findings;
        findings.WarnUnless(role.Refers("organization") && role.Refers("practitioner"), Warnings.PractitionerRoleElements);
        findings.WarnUnless(role.HasCodeOf("code", Systems.ChildHealthProfessionalType), Warnings.PractitionerRoleCode);
        if (message.Type == EventType.Nipe && !message.IsScreeningDelete && findings.Require(role, "specialty"))
            findings.WarnUnless(role.HasCodeOf("specialty", Systems.ChildHealthSpecialty), Warnings.PractitionerRoleSpecialty);
    }
}
