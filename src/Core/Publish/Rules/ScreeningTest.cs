namespace Nems.Core.Publish.Rules;

/// <summary>A test of a screening programme: its SNOMED code and display, and the outcomes where the list is published.</summary>
internal sealed record ScreeningTest(string Code, string Display, params string[] Outcomes);

/// <summary>The published tests of each screening event.</summary>
internal static class ScreeningTests
{
    /// <summary>The automated auditory brainstem response (AABR) test.</summary>
    public const string Brainstem = "413083006";

    public static readonly ScreeningTest[] BloodSpot =
    [
        new("314081000", "Phenylketonuria screening test"),
        new("314090007", "Sickle cell disease screening test"),
        new("171191008", "Cystic fibrosis screening"),
        new("400984005", "Congenital hypothyroidism screening test"),
        new("428056008", "Medium-chain acyl-coenzyme A dehydrogenase deficiency screening test"),
        new("940201000000107", "Blood spot homocystinuria screening test"),
        new("940221000000103", "Blood spot MSUD (maple syrup urine disease) screening test"),
        new("940131000000109", "Blood spot glutaric aciduria type 1 screening test"),
        new("940151000000102", "Blood spot isovaleric acidaemia screening test"),
        new("1239891000000106", "Severe combined immunodeficiency screening test"),
        new("2201661000000107", "Tyrosinaemia type 1 screening test"),
    ];

    public static readonly ScreeningTest[] Hearing =
    [
        new(Brainstem, "Automated auditory brainstem response test",
            "1085431000000105", "1085451000000103", "1085461000000100", "1085471000000107"),
        new("446077009", "Automated otoacoustic emission test",
            "1085491000000106", "1085501000000100", "1085511000000103", "1085521000000109"),
    ];

    public static readonly ScreeningTest[] Nipe =
    [
        new("985531000000102", "Newborn and Infant Physical Examination Screening Programme, hip examination"),
        new("988361000000105", "Newborn and Infant Physical Examination Screening Programme, eye examination"),
        new("988371000000103", "Newborn and Infant Physical Examination Screening Programme, testis examination"),
        new("988351000000107", "Newborn and Infant Physical Examination Screening Programme, heart examination"),
    ];
}
