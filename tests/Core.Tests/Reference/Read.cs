using System.IO.Compression;
using System.Text;
using Nems.Core.Reference;

namespace Nems.Core.Tests.Reference;

/// <summary>Reads a file as the use case does.</summary>
internal static class Read
{
    public const string PostcodeHeader = "pcds,doterm,oslaua,ctry,sicbl\n";

    public static DateOnly Today { get; } = new(2026, 3, 2);

    public static Task<List<ReferenceReading>> Async(ReferenceKind kind, string text, ReferenceLimits? limits = null) =>
        Async(kind, new MemoryStream(Encoding.UTF8.GetBytes(text)), limits);

    public static async Task<List<ReferenceReading>> Async(ReferenceKind kind, Stream sent, ReferenceLimits? limits = null)
    {
        List<ReferenceReading> readings = [];
        await foreach (var reading in ReferenceReader.ReadAsync(
            kind, sent, () => new MemoryStream(), Today, limits ?? ReferenceLimits.Default, _ => { }, TestContext.Current.CancellationToken))
            readings.Add(reading);
        return readings;
    }

    /// <summary>The readings in short: <c>key=sub-location/local authority/country</c>, <c>line:rule</c>, <c>line:rule!</c> for the whole file, <c>-</c> for not wanted.</summary>
    public static string[] InShort(IEnumerable<ReferenceReading> readings) => [.. readings.Select(reading =>
        reading.Row is { } row ? $"{row.Key}={row.Areas.SubLocation}/{row.Areas.LocalAuthority}/{row.Areas.Country}"
        : reading.Fault is { } fault ? $"{fault.Line}:{fault.Rule}{(reading.IsOfTheFile ? "!" : "")}"
        : "-")];

    public static async Task<string[]> InShortAsync(ReferenceKind kind, string text, ReferenceLimits? limits = null) => InShort(await Async(kind, text, limits));

    /// <summary>A row of the epraccur layout.</summary>
    public static string Practice(
        string code = "Z99001", string status = "A", string commissioner = "X2458", string setting = "4", string opened = "19740401", string closed = "", int columns = 27)
    {
        var fields = new string[columns];
        Array.Fill(fields, "");
        void Set(int column, string value)
        {
            if (column <= columns) fields[column - 1] = value;
        }

        Set(1, code);
        Set(2, "\"A SURGERY, \"\"THE OLD\"\" ONE\"");
        Set(11, opened);
        Set(12, closed);
        Set(13, status);
        Set(15, commissioner);
        Set(26, setting);
        return string.Join(',', fields) + "\n";
    }

    public static MemoryStream Zip(params (string Name, string Text)[] entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        bytes.Position = 0;
        return bytes;
    }
}
