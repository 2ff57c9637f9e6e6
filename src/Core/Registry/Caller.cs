namespace Nems.Core.Registry;

/// <summary>Who is calling, proven: the system, the organisation it calls for, and the scopes of its token.</summary>
/// <param name="System">The registered system.</param>
/// <param name="Organisation">ODS code of the claim, or the system's only one; upper case.</param>
public sealed record Caller(RegisteredSystem System, string Organisation)
{
    public override string ToString() => System.Asid;
}
