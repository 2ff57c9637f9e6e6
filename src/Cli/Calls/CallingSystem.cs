namespace Nems.Cli.Calls;

/// <summary>On whose behalf a call is made: the ASID of the system and the ODS code of the organisation.</summary>
internal sealed record CallingSystem(string Asid, string Organisation)
{
    /// <summary>The publisher of the clinical events in the sample registry.</summary>
    public static readonly CallingSystem SampleSupplier = new("200000000161", "A83627");

    /// <summary>The PDS publisher of the sample registry.</summary>
    public static readonly CallingSystem SamplePds = new("477121000323", "X26");

    /// <summary>The subscriber of the sample registry.</summary>
    public static readonly CallingSystem SampleSubscriber = new("200000000205", "T8T9T");

    /// <summary>The ASID of the service itself in the sample registry.</summary>
    public const string SampleNemsAsid = "111111111111";
}
